/** Shows what Pollux says while its page is closed; a click opens the page. */

self.addEventListener("push", (event) => {
  const { title, body, tag, urgent } = event.data.json();
  // What is told of one matter stands in one place, and calls again when it changes.
  const options = { body, icon: "icon.svg", requireInteraction: urgent, ...(tag && { tag, renotify: true }) };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show());
});

async function show() {
  const home = self.registration.scope;
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find((page) => page.url.startsWith(home));
  return open ? open.focus() : self.clients.openWindow(home);
}
