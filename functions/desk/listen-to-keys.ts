import { readAddress, writeAddress } from "./address.ts";
import { find } from "./desk-context.ts";

/** By the key that is pressed, a button or link of the view to press, wherever there is one. */
const pressed: Readonly<Record<string, string>> = { m: "#load-more", i: "#show-images" };

/**
 * The shortcuts. Those of a single letter can be turned off, for readers who speak to their computer (WCAG 2.1.4).
 */
export function listenToKeys({ go, signal }: { readonly go: (address: string) => void; readonly signal: AbortSignal }) {
  const dialog = find("keys", HTMLDialogElement);
  const isOn = find("keys-on", HTMLInputElement);
  find("show-keys", HTMLButtonElement).addEventListener("click", () => dialog.showModal(), { signal });
  signal.addEventListener("abort", () => dialog.close());

  document.addEventListener(
    "keydown",
    (event) => {
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      if (dialog.open || hasModifier || event.defaultPrevented || event.isComposing) return;
      const isTyping = event.target instanceof Element && event.target.matches("input, select, textarea");
      if (act(event.key, isTyping)) event.preventDefault();
    },
    { signal },
  );

  /** @returns whether the key meant something */
  function act(key: string, isTyping: boolean): boolean {
    const { view, filters } = readAddress(location.search);
    if (key === "Escape") {
      if (isTyping) (document.activeElement as HTMLElement | null)?.blur();
      else if (view.name === "diff") go(writeAddress({ name: "article", id: view.id }, filters));
      else if (view.name !== "list") go(writeAddress({ name: "list" }, filters));
      return view.name !== "list" || isTyping;
    }
    if (isTyping || (!isOn.checked && key.length === 1)) return false;
    const button = pressed[key];
    if (button !== undefined) return press(button);
    switch (key) {
      case "j":
      case "ArrowDown":
        return view.name === "article" ? key === "j" && press("#next-article") : moveFocus(1, key);
      case "k":
      case "ArrowUp":
        return view.name === "article" ? key === "k" && press("#previous-article") : moveFocus(-1, key);
      case "/":
        return focusFilters();
      case "a":
        go(writeAddress({ name: "list" }, filters));
        return true;
      case "l":
        go(writeAddress({ name: "live" }, filters));
        return true;
      case "?":
        dialog.showModal();
        return true;
      default:
        return false;
    }
  }
}

function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector);
  button?.click();
  return button !== null;
}

/** Moves among the headlines of a list. An arrow scrolls as ever until one of them has the focus. */
function moveFocus(step: 1 | -1, key: string): boolean {
  const headlines = [...document.querySelectorAll<HTMLElement>("main a.headline")];
  const current = headlines.indexOf(document.activeElement as HTMLElement);
  if (headlines.length === 0 || (current < 0 && key.startsWith("Arrow"))) return false;
  const next = headlines[current < 0 ? 0 : Math.min(Math.max(current + step, 0), headlines.length - 1)];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

function focusFilters(): boolean {
  const details = document.querySelector<HTMLDetailsElement>("details.filters");
  if (details === null) return false;
  details.open = true;
  details.querySelector("input")?.focus();
  return true;
}
