/* Asks the device for a passkey and sends its answer with the form, like anything typed: every answer is a normal page.
   A form with data-passkey shows itself only where the browser can do it; without it the other ways stand on the page. */
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const open = (list) => (list || []).map((entry) => ({ ...entry, id: bytes(entry.id) }));

// By hand: phones of a few years ago know neither parse...FromJSON nor toJSON.
const creation = (o) => ({ ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) },
  excludeCredentials: open(o.excludeCredentials) });
const request = (o) => ({ ...o, challenge: bytes(o.challenge), allowCredentials: open(o.allowCredentials) });
const plain = ({ id, rawId, type, response: r }) => ({ id, rawId: text(rawId), type, response: Object.fromEntries(Object.entries({
  clientDataJSON: text(r.clientDataJSON),
  attestationObject: r.attestationObject && text(r.attestationObject),
  authenticatorData: r.signature && text(r.authenticatorData),
  signature: r.signature && text(r.signature),
  userHandle: r.userHandle && text(r.userHandle),
  transports: r.getTransports?.(),
}).filter(([, value]) => value)) });

let waiting = null; // a browser answers one question at a time
const ask = async (form, mediation) => {
  waiting?.abort();
  const { signal } = waiting = new AbortController();
  const answer = await fetch(form.dataset.passkey, { method: "POST", signal, body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }) });
  const asked = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
  if (!answer.ok || !(asked.get || asked.create)) throw new Error(asked.say || "");
  return JSON.stringify(plain(asked.create
    ? await navigator.credentials.create({ publicKey: creation(asked.create), signal })
    : await navigator.credentials.get({ publicKey: request(asked.get), mediation, signal })));
};

const words = ({ name, message }, { sayCancelled, sayKnown, sayFailed }) =>
  ({ NotAllowedError: sayCancelled, InvalidStateError: sayKnown, Error: message })[name] || sayFailed;

const dress = (form) => {
  const note = form.querySelector("[data-passkey-note]"), field = form.elements.credential;
  const button = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (e) => {
    if (field.value) return; // answered: it goes like any other form
    e.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", true);
    note.textContent = "";
    try {
      field.value = await ask(form);
      form.requestSubmit();
    } catch (problem) {
      button.setAttribute("aria-busy", false);
      note.textContent = words(problem, form.dataset);
    }
  });
  // Back shows the page again: what was answered is spent.
  addEventListener("pageshow", () => { field.value = ""; button.setAttribute("aria-busy", false); });
  form.hidden = false;
  for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = true;
  if ("autofill" in form.dataset) autofill(form, field);
};

// The browser offers the passkey beside the saved passwords, where one of this browser is known. A question stands for five
// minutes, so it is asked again before.
const autofill = async (form, field) => {
  if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  const begin = () => ask(form, "conditional").then((answer) => { field.value = answer; form.requestSubmit(); }, () => {});
  begin();
  const again = setInterval(() => { if (form.querySelector("[aria-busy=true]")) clearInterval(again); else begin(); }, 240000);
};

// After signing in on a phone that can look for a finger or a face: an offer for the next time.
const offer = async (box) => {
  const phone = matchMedia("(pointer: coarse)").matches;
  if (phone && await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable?.()) box.hidden = false;
};

const fits = ({ dataset: { rp } }) => rp && (location.hostname === rp || location.hostname.endsWith("." + rp));
if (window.PublicKeyCredential && navigator.credentials) {
  for (const form of document.querySelectorAll("form[data-passkey]")) if (fits(form)) dress(form);
  for (const box of document.querySelectorAll("[data-passkey-offer]")) if (fits(box)) offer(box);
}
