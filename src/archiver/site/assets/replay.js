// Where the site is on a web server, ReplayWeb.page can open the WACZ that lies beside it at a capture. From a disk it
// cannot, and the links stay what they are: to the file itself.
"use strict";

if (location.protocol.startsWith("http")) {
  for (const link of document.querySelectorAll("a[data-url]")) {
    const source = encodeURIComponent(link.href);
    const place = new URLSearchParams({ view: "replay", url: link.dataset.url, ts: link.dataset.time });
    link.href = `https://replayweb.page/?source=${source}#${place}`;
    link.rel = "noreferrer noopener external";
  }
}
