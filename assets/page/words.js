// What the page says, in the viewer's language. The server writes the sentences into the
// page: for each one in English the plural forms of the language, with fields like
// {{.Camera}} left open.

const sentences = JSON.parse(document.body.dataset.words);
const plural = new Intl.PluralRules(document.documentElement.lang);
const field = /\{\{\.(\w+)\}\}/g;

const fill = (text, data) => text.replace(field, (open, name) => data[name] ?? open);

// t translates a sentence and fills in its fields.
export const t = (key, data = {}) => fill(sentences[key]?.other ?? key, data);

// counted translates a sentence whose form depends on the number in its field Count.
function counted(key, count) {
  const forms = sentences[key] ?? {};
  return fill(forms[plural.select(count)] ?? forms.other ?? key, { Count: count });
}

export const viewers = (n) => (n === 0 ? t("No viewers") : counted("{{.Count}} viewers", n));

const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

// told translates a sentence that the server sends in English, as the reason why a camera
// is lost. Those that the page does not know stay as they are.
export function told(sentence) {
  for (const key in sentences) {
    const names = Array.from(key.matchAll(field), ([, name]) => name);
    const parts = key.split(field).map((part, i) => (i % 2 ? "(.+)" : literally(part)));
    const found = new RegExp(`^${parts.join("")}\\.?$`, "i").exec(sentence);
    if (!found) continue;
    const told = t(key, Object.fromEntries(names.map((name, i) => [name, found[i + 1]])));
    return told.toLowerCase() === sentence.toLowerCase() ? sentence : told;
  }
  return sentence;
}

// lost says why the camera is lost.
export function lost({ unplugged, reason }) {
  if (unplugged) return t("Camera unplugged, waiting for it");
  return t("Camera lost: {{.Reason}}", { Reason: told(reason) });
}
