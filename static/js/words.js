// Sentences in the reader's language. The page loads static/words/<language>.js before the modules; English needs none.
const { sentences = {}, plural = (count) => Number(count !== 1) } = globalThis.photoroomWords ?? {};
const language = document.documentElement.lang || "en";
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufefc]/;

export const isRightToLeft = document.documentElement.dir === "rtl";
// The keys that go back and on: the next one lies at the left in Arabic.
export const [backwardKey, forwardKey] = isRightToLeft ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
export const locale = `${language}-u-nu-latn`; // for Intl: pages write the same digits
const numbers = new Intl.NumberFormat(locale);

// gettext("{name} joined", { name })
export function gettext(text, values) {
  return fill(formsOf(text)[0] ?? text, values);
}

// ngettext("{count} photo", "{count} photos", count)
export function ngettext(one, many, count, values) {
  const forms = formsOf(one);
  const text = forms.length ? forms[Number(plural(count))] : count === 1 ? one : many;
  return fill(text || many, { count, ...values });
}

export const formatNumber = (value) => numbers.format(value);

function formsOf(text) {
  return Object.hasOwn(sentences, text) ? [sentences[text]].flat() : [];
}

function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? written(values[name]) : whole));
}

// Numbers as the language writes them; names that may run the other way are isolated, or they would turn the sentence around.
function written(value) {
  if (typeof value === "number") return numbers.format(value);
  return isRightToLeft || RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : String(value);
}
