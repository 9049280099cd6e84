// The one place that talks to the server: adds the CSRF token, turns the API's error shape into an Error.
import { gettext } from "./words.js";

export function csrfToken() {
  const inherited = document.body.getAttribute("hx-headers:inherited");
  return inherited ? JSON.parse(inherited)["X-CSRFToken"] : "";
}

export class ApiError extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function errorOf(response) {
  const body = await response.json().catch(() => null);
  const said = body?.error;
  const fields = Object.values(said?.fields ?? {}).flat().join(" ");
  const message = fields || said?.message || gettext("The server could not do that. Wait a moment and try again.");
  return new ApiError(message, response.status, said?.code ?? "unknown");
}

export async function api(method, url, data) {
  const options = { method, headers: { Accept: "application/json", "X-CSRFToken": csrfToken() } };
  if (data !== undefined) {
    options.body = JSON.stringify(data);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    throw new ApiError(gettext("There is no connection right now. Check it and try again."), 0, "offline", { cause: error });
  }
  if (!response.ok) throw await errorOf(response);
  return response.status === 204 ? null : response.json();
}

export async function fetchPage(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok) throw await errorOf(response);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
