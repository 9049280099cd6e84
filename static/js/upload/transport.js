// How one file gets to the server: a form with progress for most, tus in resumable pieces for large ones.
import { ApiError, csrfToken } from "../api.js";
import { gettext } from "../words.js";

export const LARGE_BYTES = 32 * 1024 * 1024;
const PIECE_BYTES = 16 * 1024 * 1024;
const OFFLINE = gettext("The connection was lost.");

function errorOfXhr(xhr) {
  let said;
  try {
    said = JSON.parse(xhr.responseText).error;
  } catch {
    said = null;
  }
  const message = said?.message ?? gettext("The server could not take it right now.");
  return new ApiError(message, xhr.status, said?.code ?? "unknown");
}

export function sendForm(url, item, onProgress) {
  const form = new FormData();
  form.append("sha256", item.sha256);
  form.append("filename", item.name);
  form.append("last_modified", String(item.modified));
  form.append("file", item.file, item.name);
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open("POST", url);
    xhr.setRequestHeader("X-CSRFToken", csrfToken());
    xhr.setRequestHeader("Accept", "application/json");
    xhr.upload.addEventListener("progress", (event) => onProgress(event.loaded / event.total));
    xhr.addEventListener("load", () => {
      if (xhr.status >= 300) return reject(errorOfXhr(xhr));
      try {
        return resolve(JSON.parse(xhr.responseText));
      } catch {
        return reject(new ApiError(OFFLINE, 0, "offline")); // a page of somebody in between, such as a hotel's network
      }
    });
    for (const event of ["error", "timeout", "abort"]) {
      xhr.addEventListener(event, () => reject(new ApiError(OFFLINE, 0, "offline")));
    }
    xhr.send(form);
  });
}

let loading;
function loadTus(url) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => resolve(globalThis.tus));
    script.addEventListener("error", () => reject(new ApiError(OFFLINE, 0, "offline")));
    document.head.append(script);
  });
  return loading;
}

export async function sendPieces(url, tusUrl, item, onProgress) {
  const tus = await loadTus(tusUrl);
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(item.file, {
      endpoint: url,
      chunkSize: PIECE_BYTES,
      retryDelays: [0, 1000, 3000, 8000, 20000, 40000], // a broken connection holds its lock for up to a minute
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": csrfToken() },
      metadata: { filename: item.name, sha256: item.sha256, last_modified: String(item.modified) },
      onProgress: (sent, total) => onProgress(sent / total),
      onSuccess: ({ lastResponse }) => resolve({ result: lastResponse?.getHeader("Upload-Result") ?? "created" }),
      onError: (error) => {
        const response = error.originalResponse;
        if (!response) return reject(new ApiError(OFFLINE, 0, "offline"));
        return reject(errorOfXhr({ status: response.getStatus(), responseText: response.getBody() }));
      },
    });
    upload.findPreviousUploads().then((previous) => {
      if (previous.length) upload.resumeFromPreviousUpload(previous[0]);
      upload.start();
    });
  });
}
