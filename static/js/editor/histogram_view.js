// The histogram in a corner: red, green, blue laid over each other.

export function drawHistogram(canvas, { red, green, blue }) {
  const context = canvas.getContext("2d");
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.globalCompositeOperation = "screen";
  const most = topOf([red, green, blue]);
  const all = red.map((count, n) => Math.min(count, green[n], blue[n])); // what the three have in common is gray
  for (const [bins, color] of [[red, "#e5484d"], [green, "#30a46c"], [blue, "#3e7bfa"], [all, "#b4b1ac"]]) {
    if (bins === all) context.globalCompositeOperation = "source-over";
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, height);
    for (let n = 0; n < 256; n += 2) context.lineTo((n / 254) * width, height - Math.min(1, Math.sqrt((bins[n] + bins[n + 1]) / most)) * (height - 2));
    context.lineTo(width, height);
    context.fill();
  }
  context.globalCompositeOperation = "source-over";
}

// The highest but for the two ends, where what is cut off piles up.
function topOf(channels) {
  let most = 1;
  for (const bins of channels) for (let n = 2; n < 253; n += 2) most = Math.max(most, bins[n] + bins[n + 1]);
  return most;
}
