package network.assay.contracts.protocol;

/** What a report binds of one job's evidence; its hash is a leaf of {@code Report.evidenceRoot}. */
public record EvidenceLeaf(
    long jobId,
    Bytes32 orderHash,
    Bytes32 offerHash,
    Address device,
    Grade grade,
    Bytes32 policy,
    boolean drawn,
    Bytes32 attestationDigest,
    Bytes32 workDigest,
    Bytes32 telemetryDigest,
    Bytes32 resultHash,
    Bytes32 bundleHash) {
  public static final int SIZE = 8 + 32 + 32 + 20 + 1 + 32 + 1 + 5 * 32;

  /** Digest of a device without a TEE: it says so, and is never shown as attested. */
  public static final Bytes32 ATTESTATION_NONE = Keccak.hashUtf8("assay/attestation/none");

  /**
   * Digest of telemetry that proves nothing: missing, broken, or two batches at one sequence
   * number.
   */
  public static final Bytes32 TELEMETRY_VOID = Keccak.hashUtf8("assay/telemetry/void");

  /** The leaf's data, without the leaf prefix. */
  public byte[] data() {
    return Bytes.start()
        .u64(jobId)
        .raw(orderHash)
        .raw(offerHash)
        .raw(device)
        .u8(grade.code())
        .raw(policy)
        .u8(drawn ? 1 : 0)
        .raw(attestationDigest)
        .raw(workDigest)
        .raw(telemetryDigest)
        .raw(resultHash)
        .raw(bundleHash)
        .toArray();
  }

  public Bytes32 hash() {
    return Merkle.leaf(data());
  }

  public static EvidenceLeaf parse(byte[] data) {
    if (data.length != SIZE) {
      throw new ProtocolException("WRONG_LENGTH", SIZE + " bytes", data.length);
    }
    ByteReader in = new ByteReader(data);
    return new EvidenceLeaf(
        in.u64(),
        in.bytes32(),
        in.bytes32(),
        in.address(),
        Grade.of(in.u8()),
        in.bytes32(),
        flag(in.u8()),
        in.bytes32(),
        in.bytes32(),
        in.bytes32(),
        in.bytes32(),
        in.bytes32());
  }

  private static boolean flag(int value) {
    if (value > 1) {
      throw new ProtocolException("OUT_OF_RANGE", "0 or 1", value);
    }
    return value == 1;
  }
}
