// Files that go with a reply: picked, dropped, pasted, and refused.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answered, api, axe, BROWSERS, emptied, logIn, opened, visit } from "./desk.mjs";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

for (const [name, launch] of Object.entries(BROWSERS)) {
  describe(`${name}, and files`, () => {
    let browser, page, faults, number;
    const files = () => page.getByRole("list", { name: "Files" });
    const reply = () => page.getByRole("textbox", { name: "Reply" });
    const pick = (...chosen) => page.locator(".composer input[type=file]").setInputFiles(chosen);
    const file = (named, buffer, mimeType) => ({ name: named, mimeType, buffer });
    const sent = async () => {
      const answer = answered(page, "POST", "/messages");
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await answer;
      await emptied(page);
      return (await api("GET", `/api/tickets/${number}/messages`)).data.at(-1).attachments.map((one) => one.name).sort();
    };
    /** What is dragged or copied cannot be brought to a browser from outside: its event can. */
    const brought = (kind, carrier, named, size) =>
      reply().evaluate((node, [kind, carrier, named, size]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(size)], named));
        const event = new Event(kind, { bubbles: true, cancelable: true });
        Object.defineProperty(event, carrier, { value: data });
        node.dispatchEvent(event);
      }, [kind, carrier, named, size]);

    before(async () => {
      browser = await launch();
      ({ page, faults } = await visit(browser));
      await logIn(page);
      number = await opened(page, `The screen of ${name} flickers`);
    });
    after(() => browser?.close());

    test("files are picked, dropped and pasted, and go out with the reply", async () => {
      await pick(file("screen.png", PNG, "image/png"), file("wrong.txt", Buffer.from("no"), "text/plain"));
      await files().getByText("screen.png").waitFor();
      await files().getByRole("button", { name: "Remove wrong.txt" }).click();
      await brought("drop", "dataTransfer", "drop.txt", 20);
      await brought("paste", "clipboardData", "paste.txt", 20);
      await files().getByText("drop.txt").waitFor();
      await files().getByText("paste.txt").waitFor();
      await page.waitForFunction(() => !document.querySelector(".composer progress"));
      assert.ok(await page.getByRole("button", { name: "Send", exact: true }).isDisabled(), "a message has words");
      await reply().fill("This is what it looks like.");
      assert.deepEqual(await sent(), ["drop.txt", "paste.txt", "screen.png"]);
      assert.equal(await files().count(), 0);
      await page.locator("article").getByRole("button", { name: "screen.png" }).waitFor();
    });

    test("a file that is there stays with the draft", async () => {
      await pick(file("kept.png", PNG, "image/png"));
      await files().getByRole("button", { name: "Remove kept.png" }).waitFor();
      await page.waitForFunction(() => !document.querySelector(".composer progress"));
      await page.reload();
      await files().getByText("kept.png").waitFor();
      await reply().fill("And once more.");
      assert.deepEqual(await sent(), ["kept.png"]);
    });

    test("a file that is too large says so, and is in nobody's way", async () => {
      await brought("drop", "dataTransfer", "film.bin", 26 * 1024 * 1024);
      await files().getByRole("alert").getByText("film.bin was not uploaded").waitFor();
      // Firefox does not read an answer that comes before all is sent.
      if (name === "chromium") assert.match(await files().textContent(), /MiB|bytes/, "and how much it may be");
      if (name === "chromium") assert.deepEqual(await axe(page), []);
      await reply().fill("Without the film.");
      assert.ok(await page.getByRole("button", { name: "Send", exact: true }).isDisabled(), "nobody believes that it went out");
      await files().getByRole("button", { name: "Remove film.bin" }).click();
      assert.deepEqual(await sent(), []);
      assert.deepEqual(faults, []);
    });
  });
}
