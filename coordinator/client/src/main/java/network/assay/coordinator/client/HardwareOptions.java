package network.assay.coordinator.client;

import java.util.List;
import picocli.CommandLine.Option;

/** What the node must have, as options. */
final class HardwareOptions {
  private static final long GIB = 1L << 30;

  @Option(
      names = "--gpu",
      paramLabel = "MODEL",
      split = ",",
      description = "family of card such as h100 or rtx-4090; several: any of them")
  private List<String> models = List.of();

  @Option(
      names = "--gpus",
      paramLabel = "COUNT",
      defaultValue = "0",
      description = "whole cards of one node; default a share of one")
  private int cards;

  @Option(
      names = "--vram-min",
      paramLabel = "GIB",
      defaultValue = "0",
      description = "memory of a card at least, in GiB")
  private int vramMinGib;

  @Option(
      names = "--vram-max",
      paramLabel = "GIB",
      defaultValue = "0",
      description = "memory of a card at most, in GiB")
  private int vramMaxGib;

  @Option(
      names = "--compute-capability",
      paramLabel = "X.Y",
      defaultValue = "",
      description = "of the card at least, such as 8.9")
  private String capability = "";

  @Option(
      names = "--tee",
      paramLabel = "KIND",
      defaultValue = "none",
      description = "shield from the node's owner: none, cpu or cpu-and-gpu")
  private String tee = "none";

  HardwareWish toWish() {
    return new HardwareWish(
        models,
        cards,
        vramMinGib * GIB,
        vramMaxGib == 0 ? Long.MAX_VALUE : vramMaxGib * GIB,
        capability,
        tee);
  }
}
