// A picture of a page as a PNG of 256 colours: a third of the size, and nobody sees it.
import { crc32, deflateSync } from "node:zlib";

const COLOURS = 256;

/** `page`: a browser's, which reads the picture. */
export async function smallPng(page, png) {
  const { width, height, base64 } = await page.evaluate(pixelsOf, png.toString("base64"));
  const pixels = Buffer.from(base64, "base64");
  const palette = frequent(pixels);
  const nearest = new Map();
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const color = pixels.readUInt32BE((y * width + x) * 4) >>> 8;
      let index = nearest.get(color);
      if (index === undefined) nearest.set(color, (index = closest(palette, color)));
      rows[y * (width + 1) + 1 + x] = index;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

async function pixelsOf(source) {
  const bytes = Uint8Array.from(atob(source), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const paper = canvas.getContext("2d");
  paper.drawImage(bitmap, 0, 0);
  const { data, width, height } = paper.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32_768) text += String.fromCharCode(...data.subarray(at, at + 32_768));
  return { width, height, base64: btoa(text) };
}

/** The most frequent colours, of each neighbourhood one before any has two. */
function frequent(pixels) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    const color = pixels.readUInt32BE(at) >>> 8;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const sorted = [...counts].sort((one, other) => other[1] - one[1]).map(([color]) => color);
  const block = (color) => color & 0xf0f0f0;
  const seen = new Set();
  const first = sorted.filter((color) => !seen.has(block(color)) && seen.add(block(color)));
  const chosen = new Set([...sorted.slice(0, COLOURS / 2), ...first]);
  return [...chosen, ...sorted].filter((color, at, all) => all.indexOf(color) === at).slice(0, COLOURS);
}

function closest(palette, color) {
  const parts = (of) => [of >> 16, (of >> 8) & 255, of & 255];
  const [red, green, blue] = parts(color);
  let best = 0, least = Infinity;
  palette.forEach((other, index) => {
    const [r, g, b] = parts(other);
    const distance = 2 * (red - r) ** 2 + 4 * (green - g) ** 2 + 3 * (blue - b) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
