/* Charts: `<div data-chart="id of a JSON script tag">` becomes the Vega-Lite chart that the JSON describes.
   Colours in it are our tokens ("var(--accent)"), so that a chart follows the theme. Expressions are interpreted: no eval. */
(() => {
  const draw = async (place) => {
    const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    spec.width = Math.max(200, place.clientWidth);
    const flow = vega.parse(vegaLite.compile(spec).spec, null, { ast: true });
    place.chart?.finalize();
    place.chart = new vega.View(flow, { expr: vega.expressionInterpreter, renderer: "svg", container: place, hover: true });
    await place.chart.runAsync();
    place.drawnWide = place.clientWidth;
  };
  const all = () => document.querySelectorAll("[data-chart]").forEach((place) => {
    if (place.drawnWide !== place.clientWidth) draw(place);
  });
  let waiting;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(all, 150); });
  all();
})();
