// Links that look like tabs: each is a place of its own, so that it can be shared and gone back to.
export function TabLinks({
  label,
  tabs,
  current,
}: {
  label: string;
  current: string;
  tabs: { id: string; label: string; href: string }[];
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <a key={tab.id} href={tab.href} aria-current={tab.id === current ? "page" : undefined}>
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
