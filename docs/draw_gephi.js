// The page that docs/draw_gephi.py photographs: a GEXF file as Gephi Lite's libraries read and draw it.
import Graph from "graphology";
import { connectedComponents } from "graphology-components";
import { parse } from "graphology-gexf/browser";
import forceAtlas2 from "graphology-layout-forceatlas2";
import Sigma from "sigma";
import { EdgeCurvedArrowProgram, indexParallelEdgesIndex } from "@sigma/edge-curve";

const graph = parse(Graph, window.gexf, { addMissingNodes: true, allowUndeclaredAttributes: true });

// What one does first in Gephi: leave aside what hardly anything joins, then ForceAtlas 2 from where the file puts the
// nodes.
connectedComponents(graph)
  .filter((part) => part.length < 8)
  .forEach((part) => part.forEach((node) => graph.dropNode(node)));
const settings = { gravity: 0.4, scalingRatio: 12, strongGravityMode: true, edgeWeightInfluence: 0 };
forceAtlas2.assign(graph, { iterations: 5000, settings });

// Parallel edges apart: the kinds of the file keep them several.
indexParallelEdgesIndex(graph, { edgeIndexAttribute: "index", edgeMaxIndexAttribute: "last" });
graph.forEachEdge((edge, { index, last, weight }) => {
  const [type, curvature] = index === null ? ["arrow", 0] : ["curved", 0.25 * (last ? index - last / 2 : index)];
  graph.mergeEdgeAttributes(edge, { type, curvature, size: 1 + weight / 2, color: "#c3c8d0" });
});
// As in Gephi Lite, columns are data apart from what is drawn: sigma.js takes `type` for the name of a program.
graph.updateEachNodeAttributes((node, { type, ...drawn }) => ({ ...drawn, size: drawn.size / 3 }));

const font = "'WenQuanYi Micro Hei', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
new Sigma(graph, document.getElementById("graph"), {
  edgeProgramClasses: { curved: EdgeCurvedArrowProgram },
  edgeLabelColor: { color: "#8a919c" },
  edgeLabelFont: font,
  edgeLabelSize: 10,
  labelColor: { color: "#111827" },
  labelDensity: 100,
  labelFont: font,
  labelRenderedSizeThreshold: 0,
  labelSize: 12,
  renderEdgeLabels: true,
  stagePadding: 50,
});

const types = new Map();
graph.forEachNode((node, { type_zh, color }) => types.set(type_zh, color));
document.getElementById("legend").innerHTML = [...types].sort()
  .map(([name, color]) => `<span style="color: ${color}">●</span> ${name}`).join("<br>");
