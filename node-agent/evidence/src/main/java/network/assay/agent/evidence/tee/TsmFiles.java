package network.assay.agent.evidence.tee;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** How the kernel's folder is touched; a test puts a kernel of its own behind it. */
interface TsmFiles {
  /** Makes an entry; the kernel fills the folder with its attributes. */
  void make(Path entry) throws IOException;

  void write(Path attribute, byte[] bytes) throws IOException;

  /** At most {@code bytesMax} bytes; more is an error. */
  byte[] read(Path attribute, int bytesMax) throws IOException;

  boolean exists(Path path);

  void remove(Path entry) throws IOException;

  /** The real ones. */
  static TsmFiles real() {
    return new TsmFiles() {
      @Override
      public void make(Path entry) throws IOException {
        Files.createDirectory(entry);
      }

      @Override
      public void write(Path attribute, byte[] bytes) throws IOException {
        Files.write(attribute, bytes, StandardOpenOption.WRITE);
      }

      @Override
      public byte[] read(Path attribute, int bytesMax) throws IOException {
        // The size that stat tells of such a file means nothing: read until it ends.
        try (InputStream in = Files.newInputStream(attribute)) {
          byte[] bytes = in.readNBytes(bytesMax + 1);
          if (bytes.length > bytesMax) {
            throw new IOException(attribute + " holds more than " + bytesMax + " bytes");
          }
          return bytes;
        }
      }

      @Override
      public boolean exists(Path path) {
        return Files.exists(path);
      }

      @Override
      public void remove(Path entry) throws IOException {
        Files.delete(entry);
      }
    };
  }
}
