import { afterEach, expect, it, vi } from "vitest";
import { followTheme, pageTheme } from "./theme";

afterEach(() => {
  delete document.body.dataset.jpThemeLight;
  document.body.style.backgroundColor = "";
});

it("JupyterLab says which theme it has", () => {
  document.body.dataset.jpThemeLight = "false";
  expect(pageTheme()).toBe("dark");
  document.body.dataset.jpThemeLight = "true";
  expect(pageTheme()).toBe("light");
});

it("elsewhere the background of the page says it", () => {
  document.body.style.backgroundColor = "rgb(20, 20, 30)";
  expect(pageTheme()).toBe("dark");
});

it("a change of theme is told live, until the signal aborts", async () => {
  const controller = new AbortController();
  const heard: string[] = [];
  document.body.dataset.jpThemeLight = "true";
  followTheme((theme) => heard.push(theme), controller.signal);
  document.body.dataset.jpThemeLight = "false";
  await vi.waitFor(() => expect(heard).toEqual(["light", "dark"]));
  controller.abort();
  document.body.dataset.jpThemeLight = "true";
  await Promise.resolve();
  expect(heard).toEqual(["light", "dark"]);
});
