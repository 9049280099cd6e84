"""Arabic with the digits of this script, grouped as browsers do (Intl, ar-u-nu-latn)."""

DATETIME_FORMAT = "j F Y، g:i A"
SHORT_DATETIME_FORMAT = "d/m/Y، g:i A"
YEAR_MONTH_FORMAT = "F Y"
NUMBER_GROUPING = 3
THOUSAND_SEPARATOR = ","
DECIMAL_SEPARATOR = "."
