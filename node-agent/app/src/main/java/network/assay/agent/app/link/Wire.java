package network.assay.agent.app.link;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.function.Function;
import network.assay.agent.execute.PortException;
import network.assay.agent.execute.Signed;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.StructType;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.wire.SignedStruct;

/** Between the protocol's types and protobuf; bounds every field before it is parsed. */
final class Wire {
  private static final int DESCRIPTION_CHARS_MAX = 300;

  private Wire() {}

  static SignedStruct signed(Signed<?> signed) {
    return struct(signed.message(), signed.signature());
  }

  static SignedStruct struct(TypedStruct message, Signature signature) {
    return SignedStruct.newBuilder()
        .setWords(ByteString.copyFrom(message.words()))
        .setSignature(ByteString.copyFrom(signature.toArray()))
        .build();
  }

  /** Reads a peer's struct; a refusal names the peer and what was wrong. */
  static <T extends TypedStruct> Signed<T> read(
      String peer, SignedStruct struct, StructType type, Function<byte[], T> reader)
      throws PortException {
    try {
      return new Signed<>(
          words(struct, type, reader), Signature.of(struct.getSignature().toByteArray()));
    } catch (ProtocolException e) {
      throw new PortException(peer + " answered with no " + type.name() + ": " + e.getMessage(), e);
    }
  }

  /** Only the words: for messages whose signature is not here. */
  static <T extends TypedStruct> T words(
      SignedStruct struct, StructType type, Function<byte[], T> reader) {
    if (struct.getWords().size() != type.wordsLength()) {
      throw new ProtocolException(
          "WRONG_LENGTH",
          type.wordsLength() + " bytes of " + type.name(),
          struct.getWords().size());
    }
    return reader.apply(struct.getWords().toByteArray());
  }

  static PortException failed(String peer, StatusRuntimeException e) {
    return failed(peer, e.getStatus(), e);
  }

  static PortException failed(String peer, StatusException e) {
    return failed(peer, e.getStatus(), e);
  }

  private static PortException failed(String peer, Status status, Exception cause) {
    String description = String.valueOf(status.getDescription());
    int length = Math.min(description.length(), DESCRIPTION_CHARS_MAX);
    // A peer's words end in our log: one line, no commands to a terminal.
    String printable = description.substring(0, length).replaceAll("\\p{Cntrl}", " ");
    return new PortException(peer + ": " + status.getCode() + " " + printable, cause);
  }
}
