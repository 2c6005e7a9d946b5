// Takes from Tabler (Bootstrap 5) the base of every page: reboot and form controls. Our own components are in
// static/web/*.css, so the rest of its 635 kB never travels. Run by assets.py: node tabler.mjs FROM TO
import { readFileSync, writeFileSync } from "node:fs";
import { PurgeCSS } from "purgecss";

const [, , from, to] = process.argv;
const elements =
  "html body main nav header footer section article aside h1 h2 h3 h4 h5 h6 p a b strong em i small mark code kbd pre " +
  "sub sup abbr address ol ul li dl dt dd blockquote figure img svg table thead tbody tfoot tr th td caption label button " +
  "input select textarea optgroup option fieldset legend output summary details progress template hr";

const [result] = await new PurgeCSS().purge({
  css: [{ raw: readFileSync(from, "utf8") }],
  content: [{ raw: elements.split(" ").map((name) => `<${name}>`).join(""), extension: "html" }],
  safelist: {
    standard: [
      ":root", "visually-hidden", "visually-hidden-focusable", "form-control", "form-select"],
  },
  variables: true,
  keyframes: true,
  fontFace: true,
});
writeFileSync(to, `@layer tabler {${result.css.replace(/@charset "UTF-8";/gi, "")}}\n`);
