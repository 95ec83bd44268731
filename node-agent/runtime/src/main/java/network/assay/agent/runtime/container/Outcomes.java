package network.assay.agent.runtime.container;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import network.assay.agent.execute.container.ContainerOutcome;
import network.assay.agent.execute.container.Counters;
import network.assay.agent.execute.container.EndReason;
import network.assay.agent.execute.container.OutputFile;
import network.assay.contracts.protocol.Bytes32;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Outcomes as they lie on disk. */
final class Outcomes {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Outcomes() {}

  private record SavedFile(String path, long bytes, String root) {}

  /** The members of an outcome; what is unknown is null. */
  private record Saved(
      EndReason reason,
      @Nullable Integer exitCode,
      String detail,
      @Nullable Long cpuNs,
      @Nullable Long memoryPeakBytes,
      @Nullable Long pidsPeak,
      @Nullable Long pidsRefused,
      @Nullable Long oomKills,
      @Nullable Long ioBytes,
      List<SavedFile> outputs,
      long logBytes,
      boolean logCut,
      String logRoot,
      long wallMs) {}

  static void write(Path file, ContainerOutcome outcome) throws IOException {
    Counters counters = outcome.counters();
    Saved saved =
        new Saved(
            outcome.reason(),
            outcome.exitCode().isPresent() ? outcome.exitCode().getAsInt() : null,
            outcome.detail(),
            boxed(counters.cpuNs()),
            boxed(counters.memoryPeakBytes()),
            boxed(counters.pidsPeak()),
            boxed(counters.pidsRefused()),
            boxed(counters.oomKills()),
            boxed(counters.ioBytes()),
            outcome.outputs().stream()
                .map(out -> new SavedFile(out.path(), out.bytes(), out.root().toString()))
                .toList(),
            outcome.log().bytes(),
            outcome.log().cut(),
            outcome.log().root().toString(),
            outcome.wallMs());
    RunFolder.write(file, MAPPER.writeValueAsString(saved));
  }

  static Optional<ContainerOutcome> read(Path file) throws IOException {
    Optional<String> text = RunFolder.read(file);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(outcome(MAPPER.readValue(text.get(), Saved.class)));
    } catch (JacksonException e) {
      throw new IOException("want an outcome in " + file + ", got something else", e);
    }
  }

  private static ContainerOutcome outcome(Saved saved) {
    return new ContainerOutcome(
        saved.reason(),
        saved.exitCode() == null ? OptionalInt.empty() : OptionalInt.of(saved.exitCode()),
        saved.detail(),
        new Counters(
            optional(saved.cpuNs()),
            optional(saved.memoryPeakBytes()),
            optional(saved.pidsPeak()),
            optional(saved.pidsRefused()),
            optional(saved.oomKills()),
            optional(saved.ioBytes())),
        saved.outputs().stream()
            .map(out -> new OutputFile(out.path(), out.bytes(), Bytes32.fromHex(out.root())))
            .toList(),
        new ContainerOutcome.Log(
            saved.logBytes(), saved.logCut(), Bytes32.fromHex(saved.logRoot())),
        saved.wallMs());
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
