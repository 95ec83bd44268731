package network.assay.oracle.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import network.assay.contracts.protocol.ByteReader;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Commit;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Prepare;
import network.assay.contracts.protocol.Proposal;
import network.assay.contracts.protocol.ProtocolException;
import network.assay.contracts.protocol.RoundChange;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;

/**
 * The bytes of a {@link Durable} in this node's own store: a tag, then fixed fields. Reading
 * refuses what it did not write; a store that holds such bytes must stop the node, not be skipped.
 */
public final class DurableCodec {
  private static final int OBSERVED = 1;
  private static final int PROPOSAL = 2;
  private static final int PREPARE = 3;
  private static final int COMMIT = 4;
  private static final int ROUND_CHANGE = 5;
  private static final int LOCKED = 6;
  private static final int DECIDED = 7;

  private DurableCodec() {}

  public static byte[] encode(Durable record) {
    return switch (record) {
      case Durable.Observed o ->
          Bytes.start()
              .u8(OBSERVED)
              .u64(o.epoch())
              .u64(o.jobId())
              .u32(o.attempt())
              .raw(o.verdict().pack())
              .raw(o.leafHash())
              .raw(o.salt())
              .toArray();
      case Durable.Voted(var vote) -> {
        Bytes out = Bytes.start().u8(tag(vote.body()));
        yield write(out, vote).toArray();
      }
      case Durable.Locked(var c) -> certificate(LOCKED, c.outcome(), c.prepares());
      case Durable.Decided(var d) -> certificate(DECIDED, d.outcome(), d.commits());
    };
  }

  public static Durable decode(byte[] bytes) {
    ByteReader in = new ByteReader(bytes);
    int tag = in.u8();
    Durable record =
        switch (tag) {
          case OBSERVED ->
              new Durable.Observed(
                  in.u64(),
                  in.u64(),
                  in.u32(),
                  PackedVerdict.unpack(in.raw(PackedVerdict.SIZE)),
                  in.bytes32(),
                  in.bytes32());
          case PROPOSAL -> voted(in, Proposal.TYPE.wordsLength(), Proposal::fromWords);
          case PREPARE -> voted(in, Prepare.TYPE.wordsLength(), Prepare::fromWords);
          case COMMIT -> voted(in, Commit.TYPE.wordsLength(), Commit::fromWords);
          case ROUND_CHANGE -> voted(in, RoundChange.TYPE.wordsLength(), RoundChange::fromWords);
          case LOCKED ->
              new Durable.Locked(
                  new PreparedCertificate(
                      outcome(in), list(in, Prepare.TYPE.wordsLength(), Prepare::fromWords)));
          case DECIDED ->
              new Durable.Decided(
                  new Decision(
                      outcome(in), list(in, Commit.TYPE.wordsLength(), Commit::fromWords)));
          default -> throw new ProtocolException("UNKNOWN_RECORD", "a tag from 1 to 7", tag);
        };
    in.end();
    return record;
  }

  private static int tag(TypedStruct body) {
    return switch (body) {
      case Proposal p -> PROPOSAL;
      case Prepare p -> PREPARE;
      case Commit c -> COMMIT;
      case RoundChange r -> ROUND_CHANGE;
      default -> throw new IllegalArgumentException("not a vote: " + body.type().name());
    };
  }

  private static Bytes write(Bytes out, Signed<? extends TypedStruct> signed) {
    return out.raw(signed.body().words()).raw(signed.signature().toArray());
  }

  private static byte[] certificate(
      int tag, Outcome outcome, List<? extends Signed<? extends TypedStruct>> votes) {
    byte[] content = outcome.encode();
    Bytes out = Bytes.start().u8(tag).u32(content.length).raw(content).u8(votes.size());
    votes.forEach(vote -> write(out, vote));
    return out.toArray();
  }

  private static Outcome outcome(ByteReader in) {
    return Outcome.parse(in.raw(in.length32(Outcome.BYTES_MAX)));
  }

  private static <T extends TypedStruct> Durable voted(
      ByteReader in, int words, Function<byte[], T> parse) {
    return new Durable.Voted(signed(in, words, parse));
  }

  private static <T extends TypedStruct> Signed<T> signed(
      ByteReader in, int words, Function<byte[], T> parse) {
    return new Signed<>(parse.apply(in.raw(words)), Signature.of(in.raw(Signature.SIZE)));
  }

  private static <T extends TypedStruct> List<Signed<T>> list(
      ByteReader in, int words, Function<byte[], T> parse) {
    int count = in.u8();
    if (count < 1 || count > Committee.SIZE_MAX) {
      throw new ProtocolException("OUT_OF_RANGE", "1 to " + Committee.SIZE_MAX + " votes", count);
    }
    List<Signed<T>> out = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      out.add(signed(in, words, parse));
    }
    return out;
  }
}
