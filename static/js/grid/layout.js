// Where everything of a list stands. Numbers in, numbers out: the same rows that css/grid.css makes of a page without scripts,
// so nothing moves when the script takes over. A row takes photos while they fit at the wanted height, then grows to the edge;
// days with a single row that is not full stand beside each other.

// The first of the numbers from `from` to `to` that passes; they pass from some place on.
export function firstWhere(from, to, passes) {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export class Layout {
  days = []; // { x, y, width, height, firstRow, rows } of each day, in the order of the outline
  rowStart = []; // the number of the first photo of each row
  rowY = []; // below the head of its day
  rowHeight = [];
  height = 0;

  // sizes: { width, row, gap, head, dayGap, dayGapBlock }, all in px; titleWidth answers what the title of a day needs.
  constructor(outline, sizes, titleWidth) {
    this.outline = outline;
    this.sizes = sizes;
    let [x, y, shelf] = [0, 0, 0];
    for (const day of outline.days) {
      const placed = this.#rowsOf(day);
      const isSmall = placed.rows === 1 && placed.natural < sizes.width;
      const width = isSmall ? Math.min(sizes.width, Math.max(placed.natural, titleWidth(day))) : sizes.width;
      if (x > 0 && x + width > sizes.width) {
        y += shelf + sizes.dayGapBlock;
        [x, shelf] = [0, 0];
      }
      this.days.push({ x, y, width, height: placed.height, firstRow: placed.firstRow, rows: placed.rows });
      x += width + sizes.dayGap;
      shelf = Math.max(shelf, placed.height);
    }
    this.height = y + shelf;
  }

  #rowsOf(day) {
    const { width, row, gap, head } = this.sizes;
    const { shapes } = this.outline;
    const [firstRow, end] = [this.rowStart.length, day.start + day.count];
    let [start, sum, y, natural] = [day.start, 0, 0, 0];
    const put = (to, height) => {
      this.rowStart.push(start);
      this.rowY.push(y);
      this.rowHeight.push(height);
      y += height + gap;
      start = to;
    };
    const filled = (count) => (width - gap * (count - 1)) / sum;
    for (let at = day.start; at < end; at += 1) {
      const shape = shapes[at] / 20;
      if (at > start && (sum + shape) * row + gap * (at - start) > width + 0.01) {
        put(at, filled(at - start));
        sum = 0;
      }
      sum += shape;
    }
    natural = sum * row + gap * (end - start);
    put(end, natural > width ? filled(end - start) : row);
    return { firstRow, rows: this.rowStart.length - firstRow, height: head + y - gap, natural };
  }

  endOfRow(row) {
    return row + 1 < this.rowStart.length ? this.rowStart[row + 1] : this.outline.ids.length;
  }

  rowOf(index) {
    return firstWhere(0, this.rowStart.length, (row) => this.rowStart[row] > index) - 1;
  }

  dayOfRow(row) {
    return firstWhere(0, this.days.length, (day) => this.days[day].firstRow > row) - 1;
  }

  // Calls back with each photo of a row: its number, where it stands in its day, how wide it is.
  eachOfRow(row, callback) {
    const { shapes } = this.outline;
    let x = 0;
    for (let index = this.rowStart[row]; index < this.endOfRow(row); index += 1) {
      const width = (shapes[index] / 20) * this.rowHeight[row];
      callback(index, x, width);
      x += width + this.sizes.gap;
    }
  }

  // Where a photo stands in the grid.
  boxOf(index) {
    const row = this.rowOf(index);
    const day = this.days[this.dayOfRow(row)];
    const box = { y: day.y + this.sizes.head + this.rowY[row], height: this.rowHeight[row], x: day.x, width: 0, day, row };
    this.eachOfRow(row, (number, x, width) => {
      if (number === index) Object.assign(box, { x: day.x + x, width });
    });
    return box;
  }

  // The days between two heights: [first, end).
  daysBetween(top, bottom) {
    const first = firstWhere(0, this.days.length, (day) => this.days[day].y + this.days[day].height > top);
    const end = firstWhere(first, this.days.length, (day) => this.days[day].y > bottom);
    return [first, end];
  }

  // The rows of a day between two heights of the grid: [first, end).
  rowsBetween(day, top, bottom) {
    const { y, firstRow, rows } = this.days[day];
    const from = top - y - this.sizes.head;
    const to = bottom - y - this.sizes.head;
    const first = firstWhere(firstRow, firstRow + rows, (row) => this.rowY[row] + this.rowHeight[row] > from);
    return [first, firstWhere(first, firstRow + rows, (row) => this.rowY[row] > to)];
  }

  // The photo at a point of the grid or the nearest one in its row; -1 where there is none.
  indexAt(x, y) {
    const [first, end] = this.daysBetween(y, y);
    let found = -1;
    for (let day = first; day < Math.max(end, Math.min(first + 1, this.days.length)); day += 1) {
      const box = this.days[day];
      if (x < box.x && found >= 0) break;
      const inside = y - box.y - this.sizes.head;
      const row = firstWhere(box.firstRow, box.firstRow + box.rows - 1, (one) => this.rowY[one] + this.rowHeight[one] > inside);
      let nearest = Infinity;
      this.eachOfRow(row, (index, left, width) => {
        const distance = Math.max(box.x + left - x, x - box.x - left - width, 0);
        if (distance < nearest) [nearest, found] = [distance, index];
      });
    }
    return found;
  }

  // The photos that a rectangle of the grid touches.
  indexesIn({ x0, y0, x1, y1 }) {
    const found = [];
    const [first, end] = this.daysBetween(y0, y1);
    for (let day = first; day < end; day += 1) {
      const [firstRow, endRow] = this.rowsBetween(day, y0, y1);
      for (let row = firstRow; row < endRow; row += 1) {
        this.eachOfRow(row, (index, left, width) => {
          const x = this.days[day].x + left;
          if (x < x1 && x + width > x0) found.push(index);
        });
      }
    }
    return found;
  }
}
