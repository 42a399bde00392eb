import { GenerationError } from "../../base/errors.ts";
import { isMap, own, type Value } from "../../base/values.ts";
import type { OciLimits } from "./limits.ts";
import { isDigest } from "./reference.ts";
import type { Descriptor } from "./registry.ts";

/** The layer that holds an artifact's files. */
export interface ContentLayer extends Descriptor {
  readonly isCompressed: boolean;
  /** A Helm chart lies in a directory of its name, which is no part of the artifact's paths. */
  readonly isChart: boolean;
}

const chartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const chartConfig = "application/vnd.cncf.helm.config.v1+json";

/**
 * The one layer with content: its media type ends in `tar`, `tar+gzip` or `tar.gzip`; of a Helm chart it is the chart.
 * Throws a GenerationError for an artifact of another form.
 */
export function contentLayer(manifest: Value, limits: OciLimits): ContentLayer {
  const layers = isMap(manifest) ? own(manifest, "layers") : undefined;
  if (!isMap(manifest) || !Array.isArray(layers)) {
    const isIndex = isMap(manifest) && Array.isArray(own(manifest, "manifests"));
    throw wrong(isIndex ? "it is an index of several artifacts" : "its manifest has no layers");
  }
  if (layers.length > limits.maxLayers)
    throw wrong(`it has ${layers.length} layers where ${limits.maxLayers} are allowed`);
  const config = own(manifest, "config");
  const isChart = isMap(config) && own(config, "mediaType") === chartConfig;
  const found = layers
    .map(descriptorOf)
    .filter(({ mediaType }) => (isChart ? mediaType === chartLayer : isContent(mediaType)));
  const [layer] = found;
  if (layer === undefined || found.length > 1) throw wrong(`it has ${found.length} layers with content`);
  if (layer.size > limits.maxLayerBytes) {
    throw new GenerationError(`its layer has ${layer.size} bytes where ${limits.maxLayerBytes} are allowed`);
  }
  const { mediaType } = layer;
  return { ...layer, isCompressed: mediaType.endsWith("gzip"), isChart: isChart || mediaType === chartLayer };
}

function isContent(mediaType: string): boolean {
  return /(?:tar|tar\+gzip|tar\.gzip)$/.test(mediaType);
}

function descriptorOf(layer: Value): Descriptor {
  const text = (key: string): string => (isMap(layer) ? String(own(layer, key) ?? "") : "");
  const size = Number(text("size"));
  if (!isDigest(text("digest")) || !Number.isSafeInteger(size) || size < 0)
    throw wrong("its manifest names a layer wrongly");
  return { mediaType: text("mediaType"), digest: text("digest"), size };
}

function wrong(problem: string): GenerationError {
  return new GenerationError(`${problem}: an artifact needs exactly one layer that is a tar archive`, {
    details: { remedy: "push the directory as one layer of type application/vnd.oci.image.layer.v1.tar+gzip" },
  });
}
