import { make } from "./make-element.ts";
import { describeFailure } from "./show-failure.ts";

/**
 * Shows a form for a key. The field is taken off the page with the key in it as soon as the key is good.
 *
 * @param reason why it is asked for again
 * @param signIn throws where the key is refused
 */
export function askForKey(main: HTMLElement, reason: string | undefined, signIn: (key: string) => Promise<void>): void {
  const field = make("input", {
    id: "key",
    type: "password",
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
    required: true,
    "aria-describedby": "key-hint key-fault",
  });
  const fault = make("p", { id: "key-fault", class: "fault", role: "alert" }, reason);
  const button = make("button", { class: "primary" }, "Open the desk");
  const form = make(
    "form",
    { class: "card key-form" },
    make("h1", {}, "Read what came in"),
    make("label", { for: "key" }, "Key with the scope read"),
    field,
    make("p", { id: "key-hint", class: "hint" }, "Kept in this page's memory only: a reload asks for it again."),
    fault,
    button,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    button.disabled = true;
    button.textContent = "Opening…";
    try {
      const key = field.value.trim();
      // What fetch cannot put into a header is no key either.
      if (!/^[\x21-\x7e]+$/.test(key)) throw new Error("A key has no spaces and no letters beyond ASCII.");
      await signIn(key);
      field.value = "";
    } catch (error) {
      fault.textContent = explainRefusal(error);
      button.disabled = false;
      button.textContent = "Open the desk";
      field.select();
    }
  });
  main.replaceChildren(form);
  field.focus();
}

function explainRefusal(error: unknown): string {
  const { status, detail } = describeFailure(error);
  if (status === 401) return "This key is not known, or it was revoked.";
  if (status === 403) return "This key may submit articles, but not read them. Ask for one with the scope read.";
  return detail;
}
