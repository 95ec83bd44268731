package network.assay.agent.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks an image's layers into a folder that becomes a container's root. A layer is a stranger's:
 * every name is looked up within the folder, whatever its links say, as it will be looked up
 * inside.
 */
final class RootFs {
  private static final int ENTRIES_MAX = 1_000_000;
  private static final int HOPS_MAX = 40;
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Path root;
  private final int owner;

  private RootFs(Path root, int owner) {
    this.root = root;
    this.owner = owner;
  }

  /** Unpacks all layers; every file belongs to {@code owner}. */
  static void unpack(OciImage image, Path root, int owner)
      throws IOException, ImageRefusedException {
    Files.createDirectories(root);
    RootFs target = new RootFs(root.toRealPath(), owner);
    target.give(target.root);
    for (OciImage.Layer layer : image.layers()) {
      try (InputStream in = OciImage.open(image.folder(), layer);
          TarArchiveInputStream tar =
              new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
        target.layer(tar);
      }
    }
    for (String place : List.of("proc", "dev", "tmp", "assay", "assay/in", "assay/out")) {
      target.folder(target.within(place));
    }
  }

  private void layer(TarArchiveInputStream tar) throws IOException, ImageRefusedException {
    int entries = 0;
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      entries++;
      if (entries > ENTRIES_MAX) {
        throw ImageRefusedException.mismatch(
            "want at most " + ENTRIES_MAX + " files in a layer, got more");
      }
      entry(tar, entry);
    }
  }

  private void entry(TarArchiveInputStream tar, TarArchiveEntry entry)
      throws IOException, ImageRefusedException {
    Path place = within(entry.getName());
    if (place.equals(root)) {
      return;
    }
    String name = place.getFileName().toString();
    Path parent = above(place);
    if (name.equals(OPAQUE)) {
      empty(parent);
    } else if (name.startsWith(WHITEOUT)) {
      RunFolder.removeAll(parent.resolve(name.substring(WHITEOUT.length())));
    } else {
      folder(parent);
      put(tar, entry, place);
    }
  }

  private void put(TarArchiveInputStream tar, TarArchiveEntry entry, Path place)
      throws IOException, ImageRefusedException {
    boolean wasFolder = Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS);
    if (!(entry.isDirectory() && wasFolder)) {
      RunFolder.removeAll(place);
    }
    if (entry.isDirectory()) {
      folder(place);
      mode(place, entry.getMode());
    } else if (entry.isSymbolicLink()) {
      Path _ = Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
      give(place);
    } else if (entry.isLink()) {
      Path target = within(entry.getLinkName());
      if (!Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
        throw ImageRefusedException.mismatch("want links to files that the layers have, got none");
      }
      Path _ = Files.createLink(place, target);
    } else if (entry.isFile()) {
      try (OutputStream out = Files.newOutputStream(place)) {
        long _ = tar.transferTo(out);
      }
      give(place);
      mode(place, entry.getMode());
    }
    // Devices and pipes have no place in an image: what is needed is put in when it runs.
  }

  /** Nothing here is the root of the machine. */
  private static Path above(Path place) {
    return Objects.requireNonNull(place.getParent());
  }

  private void folder(Path place) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = place; !Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS); at = above(at)) {
      missing.push(at);
    }
    for (Path at : missing) {
      RunFolder.removeAll(at);
      Path _ = Files.createDirectory(at);
      give(at);
      mode(at, 0755);
    }
  }

  private void empty(Path folder) throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      try (var children = Files.list(folder)) {
        for (Path child : children.toList()) {
          RunFolder.removeAll(child);
        }
      }
    }
  }

  private void give(Path place) throws IOException {
    Files.setAttribute(place, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(place, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
  }

  /** Without set-user-id and the like; readable and passable for its owner in any case. */
  private static void mode(Path place, int mode) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.of(PosixFilePermission.OWNER_READ);
    PosixFilePermission[] all = {
      PosixFilePermission.OTHERS_EXECUTE,
      PosixFilePermission.OTHERS_WRITE,
      PosixFilePermission.OTHERS_READ,
      PosixFilePermission.GROUP_EXECUTE,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.OWNER_EXECUTE,
      PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_READ
    };
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & 1 << bit) != 0) {
        permissions.add(all[bit]);
      }
    }
    if (Files.isDirectory(place)) {
      permissions.addAll(PosixFilePermissions.fromString("rwx------"));
    }
    Files.setPosixFilePermissions(place, permissions);
  }

  /** Where a name leads, with every link on the way read as it is inside; its last part is not. */
  private Path within(String name) throws IOException, ImageRefusedException {
    Deque<String> left = new ArrayDeque<>(Arrays.asList(name.split("/", -1)));
    Path at = root;
    int hops = 0;
    while (!left.isEmpty()) {
      String part = left.pop();
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      if (part.equals("..")) {
        at = at.equals(root) ? root : above(at);
        continue;
      }
      Path next = at.resolve(part);
      boolean last = left.stream().allMatch(rest -> rest.isEmpty() || rest.equals("."));
      if (last || !Files.isSymbolicLink(next)) {
        at = next;
        continue;
      }
      hops++;
      if (hops > HOPS_MAX) {
        throw ImageRefusedException.mismatch("want layers without circles of links, got one");
      }
      String target = Files.readSymbolicLink(next).toString();
      at = target.startsWith("/") ? root : at;
      List<String> parts = Arrays.asList(target.split("/", -1)).reversed();
      parts.forEach(left::push);
    }
    return at;
  }

  /** Whether a command is there and executable, looked up as inside. */
  static boolean has(Path root, String command) throws IOException {
    try {
      RootFs fs = new RootFs(root.toRealPath(), 0);
      // A trailing part that never exists makes the command itself a part on the way.
      Path place = above(fs.within(command + "/.assay-none"));
      return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS) && Files.isExecutable(place);
    } catch (ImageRefusedException e) {
      return false;
    }
  }
}
