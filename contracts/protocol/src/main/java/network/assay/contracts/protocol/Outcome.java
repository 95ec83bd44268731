package network.assay.contracts.protocol;

import java.util.ArrayList;
import java.util.List;

/** What the committee decides at one height; a Report is derived from it, field by field. */
public record Outcome(long epoch, long seq, long observedAt, long validUntil, List<Entry> entries) {
  public static final int BYTES_MAX =
      8 + 8 + 5 + 5 + 2 + PackedVerdict.COUNT_MAX * (PackedVerdict.SIZE + 32);

  /** One job's verdict and the hash of its evidence leaf. */
  public record Entry(PackedVerdict verdict, Bytes32 leafHash) {}

  public Outcome {
    entries = List.copyOf(entries);
    if (entries.isEmpty() || entries.size() > PackedVerdict.COUNT_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to 256 entries", entries.size());
    }
    for (int i = 1; i < entries.size(); i++) {
      long before = entries.get(i - 1).verdict().jobId();
      long here = entries.get(i).verdict().jobId();
      if (Long.compareUnsigned(before, here) >= 0) {
        throw new ProtocolException(
            "NOT_ASCENDING", "a job above " + JobIds.text(before), JobIds.text(here));
      }
    }
  }

  public byte[] encode() {
    Bytes out =
        Bytes.start().u64(epoch).u64(seq).u40(observedAt).u40(validUntil).u16(entries.size());
    entries.forEach(entry -> out.raw(entry.verdict().pack()).raw(entry.leafHash()));
    return out.toArray();
  }

  public Bytes32 hash() {
    return Keccak.hash(encode());
  }

  public static Outcome parse(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new ProtocolException("TOO_LONG", BYTES_MAX + " bytes", bytes.length);
    }
    ByteReader in = new ByteReader(bytes);
    long epoch = in.u64();
    long seq = in.u64();
    long observedAt = in.u40();
    long validUntil = in.u40();
    int count = in.u16();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(PackedVerdict.unpack(in.raw(PackedVerdict.SIZE)), in.bytes32()));
    }
    in.end();
    return new Outcome(epoch, seq, observedAt, validUntil, entries);
  }

  public byte[] packedVerdicts() {
    return PackedVerdict.packAll(entries.stream().map(Entry::verdict).toList());
  }

  public Merkle.Tree evidenceTree() {
    return Merkle.tree(entries.stream().map(Entry::leafHash).toList());
  }

  /** The Report that follows from this outcome, and no other. */
  public Report report() {
    return new Report(
        epoch,
        seq,
        observedAt,
        validUntil,
        entries.size(),
        Keccak.hash(packedVerdicts()),
        evidenceTree().root());
  }
}
