package network.assay.oracle.node.evidence;

import com.google.protobuf.ByteString;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;
import network.assay.contracts.wire.SignedStruct;
import network.assay.oracle.node.store.EvidenceStore.StoredStruct;

/**
 * Between protocol values and their gRPC messages; refuses by name what is not even well formed.
 */
public final class Wire {
  /** The longest struct of ours, Order, has 20 words. */
  private static final int WORDS_BYTES_MAX = 20 * 32;

  private Wire() {}

  public static SignedStruct struct(TypedStruct body, Signature signature) {
    return struct(body.words(), signature);
  }

  public static SignedStruct struct(byte[] words, Signature signature) {
    return SignedStruct.newBuilder()
        .setWords(ByteString.copyFrom(words))
        .setSignature(ByteString.copyFrom(signature.toArray()))
        .build();
  }

  public static SignedStruct struct(StoredStruct stored) {
    return struct(stored.words(), stored.signature());
  }

  public static StoredStruct stored(SignedWords signed) {
    return new StoredStruct(signed.words(), signed.signature());
  }

  public static SignedWords words(SignedStruct message) {
    if (message.getWords().size() > WORDS_BYTES_MAX) {
      throw new ProtocolException(
          "TOO_LONG", WORDS_BYTES_MAX + " bytes of words", message.getWords().size());
    }
    return new SignedWords(
        message.getWords().toByteArray(), Signature.of(message.getSignature().toByteArray()));
  }

  public static Bytes32 bytes32(ByteString bytes) {
    return Bytes32.of(bytes.toByteArray());
  }

  public static ByteString bytes(Bytes32 value) {
    return ByteString.copyFrom(value.toArray());
  }
}
