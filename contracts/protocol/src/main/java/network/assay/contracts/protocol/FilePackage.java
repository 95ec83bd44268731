package network.assay.contracts.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Small files as one byte string: a container's input ({@code u16 n ‖ n × (u16 length ‖ path ‖ u32
 * length ‖ content)}, ascending by path), and its result ({@code u32 length ‖ evidence}, then the
 * files that the evidence lists, one after the other).
 */
public final class FilePackage {
  public static final int FILES_MAX = 64;
  private static final int PATH_BYTES_MAX = 256;

  private FilePackage() {}

  /** A container's input: the job's inputRoot is its content root. */
  public static byte[] input(SortedMap<String, byte[]> files) {
    if (files.size() > FILES_MAX) {
      throw new ProtocolException("TOO_MANY", "at most " + FILES_MAX + " files", files.size());
    }
    Bytes out = Bytes.start().u16(files.size());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      ContainerJob.requirePath(file.getKey());
      byte[] path = file.getKey().getBytes(StandardCharsets.US_ASCII);
      out.u16(path.length).raw(path).u32(file.getValue().length).raw(file.getValue());
    }
    return out.toArray();
  }

  /** Parses hostile bytes. */
  public static SortedMap<String, byte[]> readInput(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int count = in.u16();
    if (count > FILES_MAX) {
      throw new ProtocolException("TOO_MANY", "at most " + FILES_MAX + " files", count);
    }
    TreeMap<String, byte[]> out = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      int length = in.u16();
      if (length > PATH_BYTES_MAX) {
        throw new ProtocolException("TOO_LONG", PATH_BYTES_MAX + " bytes of path", length);
      }
      String path = new String(in.raw(length), StandardCharsets.ISO_8859_1);
      ContainerJob.requirePath(path);
      if (!out.isEmpty() && out.lastKey().compareTo(path) >= 0) {
        throw new ProtocolException("NOT_ASCENDING", "paths above " + out.lastKey(), path);
      }
      out.put(path, in.raw(in.length32(bytes.length)));
    }
    in.end();
    return out;
  }

  /** How long a result with these files will be, before it is sealed. */
  public static long resultBytes(ContainerEvidence evidence) {
    long total = 4L + evidence.encode().length;
    for (ContainerEvidence.File file : evidence.files()) {
      total = Math.addExact(total, file.bytes());
    }
    return total;
  }

  /** A result: its content root is the WorkCommit's plaintextRoot. */
  public static byte[] result(ContainerEvidence evidence, SortedMap<String, byte[]> files) {
    byte[] head = evidence.encode();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Bytes.start().u32(head.length).raw(head).toArray());
    for (ContainerEvidence.File file : evidence.files()) {
      byte[] content = files.get(file.path());
      if (content == null || content.length != file.bytes()) {
        throw new ProtocolException("WRONG_FILE", file.bytes() + " bytes", file.path());
      }
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  /** What a result holds; every file has the root that the evidence names. */
  public record Result(ContainerEvidence evidence, SortedMap<String, byte[]> files) {}

  /** Parses and checks hostile bytes. */
  public static Result readResult(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    ContainerEvidence evidence =
        ContainerEvidence.parse(in.raw(in.length32(ContainerEvidence.BYTES_MAX)));
    TreeMap<String, byte[]> files = new TreeMap<>();
    for (ContainerEvidence.File file : evidence.files()) {
      if (file.bytes() < 0 || file.bytes() > in.remaining()) {
        throw new ProtocolException("TRUNCATED", file.bytes() + " bytes", in.remaining());
      }
      byte[] content = in.raw((int) file.bytes());
      Bytes32 root = ContentRoot.of(content);
      if (!root.equals(file.root())) {
        throw new ProtocolException("WRONG_FILE", file.path() + " with root " + file.root(), root);
      }
      files.put(file.path(), content);
    }
    in.end();
    return new Result(evidence, files);
  }
}
