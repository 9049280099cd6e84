"""Places that everybody knows, with the country and the city that people say they are in; several names may be right.

Name, latitude, longitude (degrees, read off public maps to about 100 m), country, cities. Every second one was tuned on.
"""

KNOWN_PLACES = """
Eiffel Tower|48.8584|2.2945|FR|Paris
Empire State Building|40.7484|-73.9857|US|New York City;Manhattan
Sydney Opera House|-33.8568|151.2153|AU|Sydney
Colosseum|41.8902|12.4922|IT|Rome
Brandenburg Gate|52.5163|13.3777|DE|Berlin
Big Ben|51.5007|-0.1246|GB|London;City of Westminster
Sagrada Familia|41.4036|2.1744|ES|Barcelona
Golden Gate Bridge|37.8199|-122.4783|US|San Francisco
Tokyo Tower|35.6586|139.7454|JP|Tokyo;Minato
Taj Mahal|27.1751|78.0421|IN|Agra
Christ the Redeemer|-22.9519|-43.2105|BR|Rio de Janeiro
Machu Picchu|-13.1631|-72.5450|PE|Machu Picchu;Aguas Calientes
Burj Khalifa|25.1972|55.2744|AE|Dubai
Red Square|55.7539|37.6208|RU|Moscow
Forbidden City|39.9163|116.3972|CN|Beijing
Hagia Sophia|41.0086|28.9802|TR|Istanbul;Fatih
Great Pyramid of Giza|29.9792|31.1342|EG|Giza;Cairo;Al Jīzah
Table Mountain|-33.9628|18.4098|ZA|Cape Town
CN Tower|43.6426|-79.3871|CA|Toronto;Old Toronto
Space Needle|47.6205|-122.3493|US|Seattle
Cloud Gate|41.8827|-87.6233|US|Chicago
Hollywood Sign|34.1341|-118.3215|US|Los Angeles;Hollywood
White House|38.8977|-77.0365|US|Washington
Liberty Bell|39.9496|-75.1503|US|Philadelphia
Fenway Park|42.3467|-71.0972|US|Boston
Gateway Arch|38.6247|-90.1848|US|St. Louis;Saint Louis
French Quarter|29.9584|-90.0644|US|New Orleans
Las Vegas Sign|36.0821|-115.1728|US|Las Vegas;Paradise
Alamo|29.4260|-98.4861|US|San Antonio
South Beach|25.7826|-80.1341|US|Miami Beach;Miami
Old Faithful|44.4605|-110.8281|US|West Yellowstone;Yellowstone National Park;
Waikiki Beach|21.2766|-157.8278|US|Honolulu;Urban Honolulu
Old Port of Montreal|45.5075|-73.5540|CA|Montréal;Montreal
Stanley Park|49.3017|-123.1417|CA|Vancouver
Chateau Frontenac|46.8119|-71.2052|CA|Québec;Quebec;Quebec City
Table Rock at Niagara Falls|43.0790|-79.0785|CA|Niagara Falls
Zocalo|19.4326|-99.1332|MX|Mexico City
Chichen Itza|20.6843|-88.5678|MX|Pisté
Cancun Beach|21.1330|-86.7480|MX|Cancún
Old Havana|23.1394|-82.3530|CU|Havana
Panama Casco Viejo|8.9528|-79.5344|PA|Panamá;Panama City
Plaza de Bolivar|4.5981|-74.0760|CO|Bogotá
Plaza de Mayo|-34.6084|-58.3722|AR|Buenos Aires
Plaza de Armas Santiago|-33.4378|-70.6505|CL|Santiago
Plaza Mayor Lima|-12.0464|-77.0300|PE|Lima
Copacabana Beach|-22.9711|-43.1822|BR|Rio de Janeiro
Ibirapuera Park|-23.5874|-46.6576|BR|São Paulo
Pelourinho|-12.9714|-38.5085|BR|Salvador
Louvre|48.8606|2.3376|FR|Paris
Montmartre|48.8867|2.3431|FR|Paris
Palace of Versailles|48.8049|2.1204|FR|Versailles
Promenade des Anglais|43.6950|7.2650|FR|Nice
Old Port of Marseille|43.2951|5.3740|FR|Marseille
Place Bellecour|45.7578|4.8320|FR|Lyon
Strasbourg Cathedral|48.5819|7.7510|FR|Strasbourg
Mont Saint-Michel|48.6361|-1.5115|FR|Pontorson;Le Mont-Saint-Michel
Chamonix|45.9237|6.8694|FR|Chamonix-Mont-Blanc;Chamonix
Casino de Monte-Carlo|43.7396|7.4281|MC|Monaco;Monte-Carlo;Monte Carlo
St. Peter's Square|41.9022|12.4572|VA|Vatican City
Trastevere|41.8897|12.4690|IT|Rome
Piazza San Marco|45.4341|12.3388|IT|Venice
Duomo di Milano|45.4641|9.1919|IT|Milan
Ponte Vecchio|43.7680|11.2531|IT|Florence
Leaning Tower|43.7230|10.3966|IT|Pisa
Piazza del Plebiscito|40.8359|14.2488|IT|Naples
Valley of Temples|37.2904|13.5866|IT|Agrigento;Villaseta
Verona Arena|45.4390|10.9943|IT|Verona
Piazza Maggiore|44.4938|11.3430|IT|Bologna
Mole Antonelliana|45.0690|7.6932|IT|Turin
Guaita Tower|43.9336|12.4507|SM|San Marino;City of San Marino
Plaza Mayor Madrid|40.4154|-3.7074|ES|Madrid
Alhambra|37.1761|-3.5881|ES|Granada
Seville Cathedral|37.3858|-5.9931|ES|Sevilla;Seville
Guggenheim Bilbao|43.2687|-2.9340|ES|Bilbao
City of Arts Valencia|39.4541|-0.3505|ES|Valencia;València
Palma Cathedral|39.5674|2.6483|ES|Palma
Rock of Gibraltar|36.1240|-5.3430|GI|Gibraltar
Belem Tower|38.6916|-9.2160|PT|Lisbon
Ribeira do Porto|41.1405|-8.6130|PT|Porto
Edinburgh Castle|55.9486|-3.1999|GB|Edinburgh
Tower Bridge|51.5055|-0.0754|GB|London
Old Trafford|53.4631|-2.2913|GB|Manchester;Stretford;Salford
Royal Crescent|51.3871|-2.3681|GB|Bath
King's College Cambridge|52.2043|0.1166|GB|Cambridge
Stonehenge|51.1789|-1.8262|GB|Amesbury;Salisbury
Titanic Belfast|54.6081|-5.9099|GB|Belfast
Trinity College Dublin|53.3438|-6.2546|IE|Dublin
Grand Place|50.8467|4.3525|BE|Brussels
Bruges Belfry|51.2082|3.2247|BE|Brugge;Bruges
Anne Frank House|52.3752|4.8840|NL|Amsterdam
Erasmus Bridge|51.9090|4.4867|NL|Rotterdam
Notre-Dame Luxembourg|49.6096|6.1317|LU|Luxembourg
Cologne Cathedral|50.9413|6.9583|DE|Köln;Cologne
Marienplatz|48.1374|11.5755|DE|Munich
Elbphilharmonie|53.5413|9.9841|DE|Hamburg
Frauenkirche Dresden|51.0519|13.7416|DE|Dresden
Heidelberg Castle|49.4106|8.7153|DE|Heidelberg
Neuschwanstein|47.5576|10.7498|DE|Schwangau;Füssen
Alexanderplatz|52.5219|13.4132|DE|Berlin
Weil am Rhein|47.5930|7.6210|DE|Weil am Rhein
Konstanz Harbour|47.6600|9.1780|DE|Konstanz
Kreuzlingen|47.6460|9.1750|CH|Kreuzlingen
Basel Munster|47.5565|7.5925|CH|Basel
Jet d'Eau|46.2074|6.1559|CH|Genève;Geneva
Zurich Bahnhofstrasse|47.3720|8.5390|CH|Zürich;Zurich
Chapel Bridge|47.0517|8.3075|CH|Luzern;Lucerne
Matterhorn view Zermatt|46.0207|7.7491|CH|Zermatt
Vaduz Castle|47.1395|9.5240|LI|Vaduz
Schonbrunn|48.1845|16.3122|AT|Vienna
Hohensalzburg|47.7950|13.0470|AT|Salzburg
Goldenes Dachl|47.2687|11.3933|AT|Innsbruck
Charles Bridge|50.0865|14.4114|CZ|Prague
Bratislava Castle|48.1421|17.1000|SK|Bratislava
Hungarian Parliament|47.5070|19.0457|HU|Budapest;Budapest V. kerület
Wawel|50.0540|19.9354|PL|Kraków;Krakow
Palace of Culture|52.2319|21.0067|PL|Warsaw
Ljubljana Castle|46.0489|14.5085|SI|Ljubljana
Dubrovnik Old Town|42.6410|18.1080|HR|Dubrovnik
Diocletian's Palace|43.5081|16.4402|HR|Split
Stari Most|43.3373|17.8150|BA|Mostar
Acropolis|37.9715|23.7257|GR|Athens
Oia Santorini|36.4618|25.3753|GR|Oía;Oia;Fira;Emporeío;Thíra;Emporeió
White Tower|40.6264|22.9484|GR|Thessaloníki;Thessaloniki
Bucharest Parliament|44.4275|26.0874|RO|Bucharest
Alexander Nevsky Cathedral|42.6958|23.3329|BG|Sofia
Belgrade Fortress|44.8230|20.4500|RS|Belgrade
Maidan|50.4501|30.5234|UA|Kyiv;Kiev
Hermitage|59.9398|30.3146|RU|Saint Petersburg
Tallinn Old Town|59.4370|24.7454|EE|Tallinn
House of Blackheads|56.9471|24.1068|LV|Riga
Helsinki Cathedral|60.1704|24.9522|FI|Helsinki
Vasa Museum|59.3280|18.0914|SE|Stockholm
Liseberg|57.6951|11.9924|SE|Göteborg;Gothenburg
Oslo Opera House|59.9075|10.7531|NO|Oslo
Bryggen|60.3975|5.3240|NO|Bergen
Little Mermaid|55.6929|12.5993|DK|Copenhagen
Hallgrimskirkja|64.1417|-21.9266|IS|Reykjavík;Reykjavik
Jemaa el-Fnaa|31.6258|-7.9891|MA|Marrakesh;Marrakech
Petra Treasury|30.3216|35.4516|JO|Wādī Mūsá;Wadi Musa
Western Wall|31.7767|35.2345|IL;PS|Jerusalem;East Jerusalem
Tel Aviv Promenade|32.0800|34.7670|IL|Tel Aviv
Sheikh Zayed Mosque|24.4128|54.4750|AE|Abu Dhabi
Museum of Islamic Art|25.2955|51.5390|QA|Doha
Gateway of India|18.9220|72.8347|IN|Mumbai
India Gate|28.6129|77.2295|IN|New Delhi;Delhi
Charminar|17.3616|78.4747|IN|Hyderabad
Swayambhunath|27.7149|85.2904|NP|Kathmandu
Marina Bay Sands|1.2834|103.8607|SG|Singapore
Petronas Towers|3.1579|101.7116|MY|Kuala Lumpur
Grand Palace Bangkok|13.7500|100.4914|TH|Bangkok
Angkor Wat|13.4125|103.8670|KH|Siem Reap
Hoan Kiem Lake|21.0287|105.8524|VN|Hanoi
Ben Thanh Market|10.7725|106.6980|VN|Ho Chi Minh City
Victoria Peak|22.2759|114.1455|HK|Hong Kong;Central;Wan Chai;Victoria
Ruins of St. Paul's|22.1976|113.5409|MO|Macau
The Bund|31.2400|121.4900|CN|Shanghai
Taipei 101|25.0340|121.5645|TW|Taipei
Gyeongbokgung|37.5796|126.9770|KR|Seoul
Haeundae Beach|35.1587|129.1604|KR|Busan
Fushimi Inari|34.9671|135.7727|JP|Kyoto
Dotonbori|34.6687|135.5013|JP|Osaka
Atomic Bomb Dome|34.3955|132.4536|JP|Hiroshima
Monas|-6.1754|106.8272|ID|Jakarta
Ubud Monkey Forest|-8.5188|115.2585|ID|Ubud;Denpasar
Federation Square|-37.8180|144.9691|AU|Melbourne
Surfers Paradise|-28.0023|153.4310|AU|Gold Coast;Surfers Paradise
Sky Tower|-36.8485|174.7622|NZ|Auckland
Queenstown|-45.0312|168.6626|NZ|Queenstown
V&A Waterfront|-33.9036|18.4205|ZA|Cape Town
Nairobi Kenyatta Centre|-1.2887|36.8233|KE|Nairobi
Stone Town|-6.1622|39.1921|TZ|Zanzibar
Victoria Falls Bridge view|-17.9244|25.8567|ZM;ZW|Livingstone;Victoria Falls
Lagos Marina|6.4474|3.3903|NG|Lagos
"""
