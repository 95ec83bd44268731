package network.assay.coordinator.client;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import network.assay.contracts.protocol.Bytes32;
import tools.jackson.core.JacksonException;

/** Orders of one consumer as files, readable by him alone, durable before they are used. */
final class OrderStore {
  private final Path folder;

  OrderStore(Path folder) {
    this.folder = folder;
  }

  /** Effects: the order is on disk when this returns, or it throws. */
  void keep(OrderFile order) {
    write(
        folder.resolve(order.orderHash() + ".json"), CoordinatorApi.JSON.writeValueAsBytes(order));
  }

  /** Effects: the sealed result is on disk when this returns: only then is it accepted. */
  void keepResult(String orderHash, byte[] blob) {
    write(folder.resolve(Bytes32.fromHex(orderHash).hex() + ".result"), blob);
  }

  private void write(Path file, byte[] bytes) {
    Path fresh = folder.resolve(file.getFileName() + ".new");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        java.nio.ByteBuffer left = java.nio.ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          out.write(left);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new ConsumerException(
          "CANNOT_STORE",
          "nothing can be kept in " + folder + ": " + e.getMessage() + "; nothing was sent",
          e);
    }
  }

  /** A result that was kept before it was accepted. */
  Optional<byte[]> keptResult(String orderHash) {
    Path file = folder.resolve(Bytes32.fromHex(orderHash).hex() + ".result");
    try {
      return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw new ConsumerException("CANNOT_READ", file + ": " + e.getMessage(), e);
    }
  }

  /** An order made on this machine, if it was. */
  Optional<OrderFile> known(String orderHash) {
    Path file = folder.resolve(Bytes32.fromHex(orderHash).hex() + ".json");
    return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
  }

  OrderFile find(String orderHash) {
    Path file = folder.resolve(Bytes32.fromHex(orderHash).hex() + ".json");
    if (!Files.isRegularFile(file)) {
      throw new ConsumerException(
          "UNKNOWN_ORDER",
          "order " + orderHash + " is not in " + folder + ": its result key was made elsewhere");
    }
    return read(file);
  }

  List<OrderFile> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<OrderFile> orders = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .forEach(file -> orders.add(read(file)));
    } catch (IOException e) {
      throw new ConsumerException(
          "CANNOT_READ", "cannot list " + folder + ": " + e.getMessage(), e);
    }
    return orders;
  }

  private static OrderFile read(Path file) {
    try {
      return CoordinatorApi.JSON.readValue(Files.readAllBytes(file), OrderFile.class);
    } catch (IOException | JacksonException e) {
      throw new ConsumerException("CANNOT_READ", file + " is no order file: " + e.getMessage(), e);
    }
  }
}
