package network.assay.contracts.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a provider says that came of a container: section 13 of a bundle, under the WorkCommit's
 * workRoot, and the head of the sealed result; see docs/PROTOCOL.md §5. Its device signed it;
 * nobody can re-run it.
 *
 * @param image the digest's 32 bytes
 * @param counters as the kernel counted; unknown is empty, never 0
 * @param logRoot content root of stdout and stderr as they were kept
 * @param files ascending by path
 */
public record ContainerEvidence(
    Bytes32 image,
    int exitCode,
    long wallMs,
    Counters counters,
    long logBytes,
    boolean logCut,
    Bytes32 logRoot,
    List<File> files) {
  public static final int BYTES_MAX = 64 * 1024;
  public static final int FILES_MAX = 500;
  private static final int VERSION = 1;
  private static final int PATH_BYTES_MAX = 256;
  private static final long UNKNOWN = -1;

  /** Processor time, most memory at a time, bytes on block devices. */
  public record Counters(OptionalLong cpuNs, OptionalLong memoryPeakBytes, OptionalLong ioBytes) {}

  /**
   * One file of the result.
   *
   * @param root content root
   */
  public record File(String path, long bytes, Bytes32 root) {
    public File {
      ContainerJob.requirePath(path);
    }
  }

  public ContainerEvidence {
    files = List.copyOf(files);
    if (files.size() > FILES_MAX) {
      throw new ProtocolException("TOO_MANY", "at most " + FILES_MAX + " files", files.size());
    }
    for (int i = 1; i < files.size(); i++) {
      if (files.get(i - 1).path().compareTo(files.get(i).path()) >= 0) {
        throw new ProtocolException(
            "NOT_ASCENDING", "paths above " + files.get(i - 1).path(), files.get(i).path());
      }
    }
  }

  /** The canonical bytes. */
  public byte[] encode() {
    Bytes out =
        Bytes.start()
            .u8(VERSION)
            .raw(image)
            .u32(exitCode)
            .u64(wallMs)
            .u64(counters.cpuNs().orElse(UNKNOWN))
            .u64(counters.memoryPeakBytes().orElse(UNKNOWN))
            .u64(counters.ioBytes().orElse(UNKNOWN))
            .u64(logBytes)
            .u8(logCut ? 1 : 0)
            .raw(logRoot)
            .u16(files.size());
    for (File file : files) {
      byte[] path = file.path().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      out.u16(path.length).raw(path).u64(file.bytes()).raw(file.root());
    }
    return out.toArray();
  }

  /** What the WorkCommit names as its workRoot. */
  public Bytes32 workRoot() {
    return Merkle.leaf(encode());
  }

  /** Parses hostile bytes. */
  public static ContainerEvidence parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new ProtocolException("TOO_LONG", BYTES_MAX + " bytes", bytes.length);
    }
    ByteReader in = new ByteReader(bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new ProtocolException("UNKNOWN_VERSION", VERSION, version);
    }
    ContainerEvidence out =
        new ContainerEvidence(
            in.bytes32(),
            (int) bounded(in.u32(), Integer.MAX_VALUE, "exitCode"),
            in.u64(),
            new Counters(known(in.u64()), known(in.u64()), known(in.u64())),
            in.u64(),
            bounded(in.u8(), 1, "logCut") == 1,
            in.bytes32(),
            files(in));
    in.end();
    return out;
  }

  private static OptionalLong known(long value) {
    return value == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static long bounded(long value, long max, String name) {
    if (value > max) {
      throw new ProtocolException("OUT_OF_RANGE", name + " at most " + max, value);
    }
    return value;
  }

  private static List<File> files(ByteReader in) {
    int count = in.u16();
    List<File> out = new ArrayList<>();
    for (int i = 0; i < count && i <= FILES_MAX; i++) {
      int length = (int) bounded(in.u16(), PATH_BYTES_MAX, "path");
      String path = new String(in.raw(length), java.nio.charset.StandardCharsets.ISO_8859_1);
      out.add(new File(path, in.u64(), in.bytes32()));
    }
    return out;
  }

  /** Why these files are not what the job declared; empty where they are. */
  public java.util.Optional<String> undeclared(ContainerJob job) {
    for (File file : files) {
      if (job.outputs().stream().noneMatch(output -> output.holds(file.path()))) {
        return java.util.Optional.of(file.path() + " was not declared");
      }
    }
    for (ContainerJob.Output output : job.outputs()) {
      List<File> held = files.stream().filter(file -> output.holds(file.path())).toList();
      long bytes = 0;
      for (File file : held) {
        if (file.bytes() < 0 || file.bytes() > output.bytesMax() - bytes) {
          return java.util.Optional.of(output.path() + " holds more bytes than declared");
        }
        bytes += file.bytes();
      }
      if (held.isEmpty() || held.size() > output.filesMax()) {
        return java.util.Optional.of(
            output.path() + " holds " + held.size() + " files of 1 to " + output.filesMax());
      }
    }
    return java.util.Optional.empty();
  }
}
