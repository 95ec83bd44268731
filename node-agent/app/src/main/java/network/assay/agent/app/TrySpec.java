package network.assay.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.assay.agent.execute.container.ContainerLimits;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.ContainerSpec;
import network.assay.agent.execute.container.ContentHasher;
import network.assay.agent.execute.container.EndReason;
import network.assay.agent.execute.container.ImageDigest;
import network.assay.agent.execute.container.InputFile;
import network.assay.agent.execute.container.NetworkRule;
import network.assay.agent.execute.container.OutputFile;
import network.assay.agent.execute.container.OutputRule;
import network.assay.agent.execute.container.RunId;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.Config;

/**
 * A container to try, with its inputs in files of this machine; paths are relative to the
 * specification.
 */
record TrySpec(
    String image,
    Optional<String> imageName,
    List<String> argv,
    Optional<Map<String, String>> env,
    Optional<List<In>> inputs,
    Optional<List<Out>> outputs,
    Limits limits,
    Optional<List<String>> egress,
    Optional<List<String>> devices,
    Optional<Path> folder) {
  static final long IMAGE_BYTES_MAX = 64L << 30;

  /** An input: where the container finds it, and where it lies here. */
  record In(String path, String file) {}

  /** An output: a file, or a folder of at most so many. */
  record Out(String path, int filesMax, long bytesMax) {}

  /** See {@link ContainerLimits}. */
  record Limits(
      int cpuMillis,
      long memoryBytes,
      int pidsMax,
      long diskBytes,
      int filesMax,
      long timeMs,
      int logBytesMax) {}

  static TrySpec load(Path file) {
    TrySpec read = Config.load(file, "ASSAY_TRY_", Map.of(), TrySpec.class);
    Path parent = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    return new TrySpec(
        read.image(),
        read.imageName(),
        read.argv(),
        read.env(),
        read.inputs(),
        read.outputs(),
        read.limits(),
        read.egress(),
        read.devices(),
        Optional.of(parent));
  }

  /** The container; every input is read once for its content root. */
  ContainerSpec container(RunId run) throws IOException {
    List<InputFile> in = new java.util.ArrayList<>();
    for (In one : inputs.orElse(List.of())) {
      ContentHasher hasher = new ContentHasher();
      try (InputStream content = Files.newInputStream(place(one))) {
        long _ = content.transferTo(hasher);
      }
      in.add(new InputFile(one.path(), hasher.length(), hasher.root()));
    }
    return new ContainerSpec(
        run,
        new ImageDigest(image),
        imageName,
        argv,
        new TreeMap<>(env.orElse(Map.of())),
        in,
        outputs.orElse(List.of()).stream()
            .map(out -> new OutputRule(out.path(), out.filesMax(), out.bytesMax()))
            .toList(),
        new ContainerLimits(
            limits.cpuMillis(),
            limits.memoryBytes(),
            limits.pidsMax(),
            limits.diskBytes(),
            limits.filesMax(),
            limits.timeMs(),
            limits.logBytesMax()),
        egress.<NetworkRule>map(NetworkRule.Egress::new).orElse(new NetworkRule.None()),
        devices.orElse(List.of()));
  }

  InputStream open(InputFile wanted) throws IOException {
    for (In one : inputs.orElse(List.of())) {
      if (one.path().equals(wanted.path())) {
        return Files.newInputStream(place(one));
      }
    }
    throw new IOException("want an input at " + wanted.path() + ", got none");
  }

  private Path place(In one) {
    return folder.orElse(Path.of("")).resolve(one.file());
  }

  /** An outcome for programs; what is unknown is absent. */
  record Shown(
      String sandbox,
      EndReason reason,
      Optional<Integer> exitCode,
      String detail,
      Optional<Long> cpuNs,
      Optional<Long> memoryPeakBytes,
      Optional<Long> ioBytes,
      long wallMs,
      List<OutputFile> outputs,
      long logBytes,
      boolean logCut,
      Bytes32 logRoot) {
    static Shown of(String sandbox, ContainerOutcome outcome) {
      return new Shown(
          sandbox,
          outcome.reason(),
          outcome.exitCode().isPresent()
              ? Optional.of(outcome.exitCode().getAsInt())
              : Optional.empty(),
          outcome.detail(),
          boxed(outcome.counters().cpuNs()),
          boxed(outcome.counters().memoryPeakBytes()),
          boxed(outcome.counters().ioBytes()),
          outcome.wallMs(),
          outcome.outputs(),
          outcome.log().bytes(),
          outcome.log().cut(),
          outcome.log().root());
    }

    private static Optional<Long> boxed(java.util.OptionalLong value) {
      return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
  }
}
