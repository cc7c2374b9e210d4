// What a node is, as colour and shape: either alone tells it. Colours: Okabe and Ito, "Color Universal Design" (2008),
// a set that stays apart for the colour-blind; darkened on light ground where a shape would fall below 3:1.
import type { GraphNode } from "../api";

export type Category =
  "theft" | "address" | "exchange" | "mixer" | "bridge" | "link" | "service" | "risk" | "terminal" | "owner";
export const CATEGORIES: readonly Category[] = [
  "theft",
  "address",
  "exchange",
  "mixer",
  "bridge",
  "link",
  "service",
  "risk",
  "terminal",
  "owner",
];
export type Shape = "circle" | "square" | "diamond" | "triangle" | "triangleDown" | "hexagon" | "plus" | "ring";
export const SHAPES: readonly Shape[] = [
  "circle",
  "square",
  "diamond",
  "triangle",
  "triangleDown",
  "hexagon",
  "plus",
  "ring",
];
export const LOOKS: Record<Category, { shape: Shape; light: string; dark: string }> = {
  theft: { shape: "diamond", light: "#c24e00", dark: "#ff7a2e" },
  address: { shape: "circle", light: "#5b6776", dark: "#9fb0c3" },
  exchange: { shape: "square", light: "#0072b2", dark: "#4aa8e0" },
  mixer: { shape: "triangle", light: "#a8487f", dark: "#e08bbd" },
  bridge: { shape: "hexagon", light: "#8a6d00", dark: "#e6c229" },
  link: { shape: "ring", light: "#8a6d00", dark: "#e6c229" },
  service: { shape: "triangleDown", light: "#1f7fae", dark: "#7cc4ea" },
  risk: { shape: "plus", light: "#b3001e", dark: "#ff6b7d" },
  terminal: { shape: "square", light: "#00785a", dark: "#2bbf93" },
  owner: { shape: "hexagon", light: "#9a6200", dark: "#f0ac3c" },
};
const RISK = new Set([
  "sanctioned",
  "frozen",
  "theft",
  "ransomware",
  "scam",
  "phishing",
  "extortion",
  "terrorism",
  "darknet",
  "abuse",
  "malware",
]);
export function categoryOf(
  node: Pick<GraphNode, "kind" | "category" | "service" | "label"> & { members?: string[] },
): Category {
  if (node.members) return "owner";
  if (node.kind === "theft") return "theft";
  if (node.kind === "link") return "link";
  if (node.category === "exchange" || node.category === "mixer" || node.category === "bridge") return node.category;
  if (node.category && RISK.has(node.category)) return "risk";
  if (node.kind === "terminal") return "terminal";
  if (node.service) return "service";
  return "address";
}
