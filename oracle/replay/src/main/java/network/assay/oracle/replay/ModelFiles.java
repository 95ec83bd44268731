package network.assay.oracle.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A model's files, read from the class path into memory and hash-checked there. The bytes that were
 * checked are the bytes that are used: with a file on disk somebody could swap it in between.
 */
final class ModelFiles {

  /**
   * The largest registered file has 90 MB; a runner that loads more than this was not written for
   * it.
   */
  static final int BYTES_MAX = 256 << 20;

  private ModelFiles() {}

  static byte[] weights(ModelId model) {
    return checked(model.weightsResource(), model.weightsSha256(), BYTES_MAX);
  }

  static byte[] tokenizer(ModelId model) {
    return checked(model.tokenizerResource(), model.tokenizerSha256(), TokenizerJson.BYTES_MAX);
  }

  private static byte[] checked(String resource, String wantSha256, int bytesMax) {
    byte[] bytes = read(resource, bytesMax);
    String got = sha256(bytes);
    if (!got.equals(wantSha256)) {
      throw new IllegalStateException(
          "want " + resource + " with SHA-256 " + wantSha256 + ", got " + got);
    }
    return bytes;
  }

  private static byte[] read(String resource, int bytesMax) {
    try (InputStream in = ModelFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "want the model file " + resource + " on the class path, got nothing there");
      }
      byte[] bytes = in.readNBytes(bytesMax);
      if (in.read() >= 0) {
        throw new IllegalStateException(
            "want " + resource + " with at most " + bytesMax + " bytes, got more");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model file " + resource, e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
