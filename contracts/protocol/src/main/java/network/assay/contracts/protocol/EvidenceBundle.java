package network.assay.contracts.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Everything that an oracle needs to verify one job by itself, as canonical bytes; see
 * docs/PROTOCOL.md §5.
 *
 * @param spec exact bytes of the job specification
 * @param ciphertext the sealed result, {@code enc(32) ‖ ct}
 * @param attestation evidence bytes of {@code attestationFamily}; empty for family 0 (none)
 * @param container section 13, {@link ContainerEvidence}; empty where there is none
 */
public record EvidenceBundle(
    byte[] spec,
    Order order,
    Offer offer,
    Accept accept,
    Signature acceptSignature,
    WorkCommit workCommit,
    Signature workCommitSignature,
    byte[] input,
    byte[] ciphertext,
    List<SignedBatch> telemetry,
    List<SignedNonce> nonces,
    int attestationFamily,
    byte[] attestation,
    byte[] container) {
  public static final int BYTES_MAX = 4 * 1024 * 1024;
  public static final int SPEC_BYTES_MAX = 16 * 1024;
  public static final int INPUT_BYTES_MAX = 256 * 1024;
  public static final int CIPHERTEXT_BYTES_MAX = 3 * 1024 * 1024;
  public static final int BATCHES_MAX = 512;
  public static final int NONCES_MAX = 31;
  private static final int SAMPLES_BYTES_MAX = 256 * 1024;
  public static final int ATTESTATION_BYTES_MAX = 256 * 1024;
  private static final int SECTION_HEADER_BYTES = 6;
  private static final byte[] MAGIC = "ASY1".getBytes(StandardCharsets.US_ASCII);

  /** A telemetry batch with its signature and the samples behind its root. */
  public record SignedBatch(TelemetryBatch batch, Signature signature, byte[] samples) {}

  /** An oracle's nonce; epoch, job and device are the bundle's. */
  public record SignedNonce(Address oracle, Bytes32 nonce, long issuedAt, Signature signature) {}

  /** The bundle of a job that is no container. */
  public EvidenceBundle(
      byte[] spec,
      Order order,
      Offer offer,
      Accept accept,
      Signature acceptSignature,
      WorkCommit workCommit,
      Signature workCommitSignature,
      byte[] input,
      byte[] ciphertext,
      List<SignedBatch> telemetry,
      List<SignedNonce> nonces,
      int attestationFamily,
      byte[] attestation) {
    this(
        spec,
        order,
        offer,
        accept,
        acceptSignature,
        workCommit,
        workCommitSignature,
        input,
        ciphertext,
        telemetry,
        nonces,
        attestationFamily,
        attestation,
        new byte[0]);
  }

  public EvidenceBundle {
    telemetry = List.copyOf(telemetry);
    nonces = List.copyOf(nonces);
  }

  /** The canonical bytes; refuses parts over their bounds. */
  public byte[] encode() {
    Bytes out = Bytes.start().raw(MAGIC);
    section(out, 1, spec);
    section(out, 2, order.words());
    section(out, 3, offer.words());
    section(out, 4, accept.words());
    section(out, 5, acceptSignature.toArray());
    section(out, 6, workCommit.words());
    section(out, 7, workCommitSignature.toArray());
    section(out, 8, input);
    section(out, 9, ciphertext);
    section(out, 10, telemetryBytes());
    section(out, 11, encodeNonces(nonces));
    section(out, 12, Bytes.start().u8(attestationFamily).raw(attestation).toArray());
    if (container.length > 0) {
      section(out, 13, container);
    }
    return out.toArray();
  }

  public static Bytes32 hash(byte[] encoded) {
    return Keccak.hash(encoded);
  }

  private static void section(Bytes out, int tag, byte[] content) {
    out.u16(tag).u32(content.length).raw(content);
  }

  private byte[] telemetryBytes() {
    Bytes out = Bytes.start().u16(telemetry.size());
    for (SignedBatch signed : telemetry) {
      out.raw(signed.batch().words()).raw(signed.signature().toArray());
      out.u32(signed.samples().length).raw(signed.samples());
    }
    return out.toArray();
  }

  /** Section 11's bytes; their hash is the {@code oracleNonce} of every batch. */
  public static byte[] encodeNonces(List<SignedNonce> nonces) {
    Bytes out = Bytes.start().u8(nonces.size());
    for (SignedNonce nonce : nonces) {
      out.raw(nonce.oracle())
          .raw(nonce.nonce())
          .u40(nonce.issuedAt())
          .raw(nonce.signature().toArray());
    }
    return out.toArray();
  }

  public static Bytes32 oracleNonce(List<SignedNonce> nonces) {
    return Keccak.hash(encodeNonces(nonces));
  }

  /** Parses hostile bytes; every length is bounded before it is used. */
  public static EvidenceBundle parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new ProtocolException("TOO_LONG", "at most " + BYTES_MAX + " bytes", bytes.length);
    }
    ByteReader in = new ByteReader(bytes);
    if (!Arrays.equals(in.raw(MAGIC.length), MAGIC)) {
      throw new ProtocolException("WRONG_MAGIC", "ASY1", "something else");
    }
    byte[] spec = section(in, 1, SPEC_BYTES_MAX);
    Order order = Order.fromWords(section(in, 2, Order.TYPE.wordsLength()));
    Offer offer = Offer.fromWords(section(in, 3, Offer.TYPE.wordsLength()));
    Accept accept = Accept.fromWords(section(in, 4, Accept.TYPE.wordsLength()));
    Signature acceptSignature = Signature.of(section(in, 5, Signature.SIZE));
    WorkCommit commit = WorkCommit.fromWords(section(in, 6, WorkCommit.TYPE.wordsLength()));
    Signature commitSignature = Signature.of(section(in, 7, Signature.SIZE));
    byte[] input = section(in, 8, INPUT_BYTES_MAX);
    byte[] ciphertext = section(in, 9, CIPHERTEXT_BYTES_MAX);
    List<SignedBatch> telemetry = telemetry(new ByteReader(section(in, 10, BYTES_MAX)));
    List<SignedNonce> nonces = nonces(new ByteReader(section(in, 11, BYTES_MAX)));
    ByteReader attestation = new ByteReader(section(in, 12, ATTESTATION_BYTES_MAX));
    int family = attestation.u8();
    byte[] container = in.remaining() < SECTION_HEADER_BYTES ? new byte[0] : container(in);
    in.end();
    return new EvidenceBundle(
        spec,
        order,
        offer,
        accept,
        acceptSignature,
        commit,
        commitSignature,
        input,
        ciphertext,
        telemetry,
        nonces,
        family,
        attestation.raw(attestation.remaining()),
        container);
  }

  /** An empty one would be a second way of writing none. */
  private static byte[] container(ByteReader in) {
    byte[] bytes = section(in, 13, ContainerEvidence.BYTES_MAX);
    if (bytes.length == 0) {
      throw new ProtocolException("WRONG_SECTION", "no section 13, or one with content", 0);
    }
    return bytes;
  }

  private static byte[] section(ByteReader in, int tag, int bytesMax) {
    int got = in.u16();
    if (got != tag) {
      throw new ProtocolException("WRONG_SECTION", tag, got);
    }
    return in.raw(in.length32(bytesMax));
  }

  private static List<SignedBatch> telemetry(ByteReader in) {
    int count = in.u16();
    if (count > BATCHES_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "at most " + BATCHES_MAX + " batches", count);
    }
    List<SignedBatch> out = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      TelemetryBatch batch = TelemetryBatch.fromWords(in.raw(TelemetryBatch.TYPE.wordsLength()));
      Signature signature = Signature.of(in.raw(Signature.SIZE));
      out.add(new SignedBatch(batch, signature, in.raw(in.length32(SAMPLES_BYTES_MAX))));
    }
    in.end();
    return out;
  }

  private static List<SignedNonce> nonces(ByteReader in) {
    int count = in.u8();
    if (count > NONCES_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "at most " + NONCES_MAX + " nonces", count);
    }
    List<SignedNonce> out = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      SignedNonce nonce =
          new SignedNonce(
              in.address(), in.bytes32(), in.u40(), Signature.of(in.raw(Signature.SIZE)));
      if (!out.isEmpty() && out.getLast().oracle().compareTo(nonce.oracle()) >= 0) {
        throw new ProtocolException(
            "NOT_ASCENDING", "oracles above " + out.getLast().oracle(), nonce.oracle());
      }
      out.add(nonce);
    }
    in.end();
    return out;
  }
}
