// The text of a recipe, about as a worker writes it: seen at once, until the exact picture is there. (processing/operations/text.py)

const FONT = '"Noto Sans", system-ui, sans-serif';

export function letter(canvas, { text, place, size, color, around, angle, opacity }) {
  const [[x, y]] = place;
  const context = canvas.getContext("2d");
  let high = size * canvas.height;
  context.save();
  const fit = () => (context.font = `600 ${high}px ${FONT}`);
  fit();
  const { width } = context.measureText(text);
  if (width > canvas.width) {
    high *= canvas.width / width;
    fit();
  }
  context.globalAlpha = opacity;
  context.translate(x * canvas.width, y * canvas.height);
  context.rotate((angle * Math.PI) / 180);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", fillStyle: color, lineJoin: "round" });
  if (around === "shadow") Object.assign(context, { shadowColor: "rgb(0 0 0 / 60%)", shadowBlur: high * 0.12, shadowOffsetY: high * 0.04 });
  if (around === "outline") {
    Object.assign(context, { lineWidth: high * 0.1, strokeStyle: "#000" });
    context.strokeText(text, 0, 0);
  }
  context.fillText(text, 0, 0);
  context.restore();
}
