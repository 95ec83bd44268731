package network.assay.contracts.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random messages, cards, verdicts, trees and quorums with what Java makes of them; forge's {@code
 * test/vectors/Differential.t.sol} asks the contracts' own code the same questions.
 *
 * <p>A line is {@code 0x ‖ kind u8 ‖ answer 32 ‖ question}; the kinds are listed there. The
 * repository holds the cases of seed 1; the deep run draws a new seed, prints it, and leaves its
 * cases where the forge test looks first.
 */
class DifferentialCasesTest {
  private static final Path COMMITTED = Path.of("../vectors/differential.txt");
  private static final Path DRAWN = Path.of("../out/differential/cases.txt");
  private static final int N = 7;

  /** In the order of their kinds, from 1. */
  private static final List<Function<byte[], TypedStruct>> STRUCTS =
      List.of(
          Offer::fromWords,
          Order::fromWords,
          Accept::fromWords,
          WorkCommit::fromWords,
          Fail::fromWords,
          DeviceRegistration::fromWords,
          Report::fromWords,
          StakeDeposit::fromWords,
          CreditDeposit::fromWords);

  private static final List<StructType> TYPES =
      List.of(
          Offer.TYPE,
          Order.TYPE,
          Accept.TYPE,
          WorkCommit.TYPE,
          Fail.TYPE,
          DeviceRegistration.TYPE,
          Report.TYPE,
          StakeDeposit.TYPE,
          CreditDeposit.TYPE);

  @Test
  void theCommittedCasesAreWhatJavaComputes() throws Exception {
    String made = cases(1, 6);
    if (Boolean.getBoolean("vectors.write")) { // -Dvectors.write=true, after a change of a format
      Files.writeString(COMMITTED, made);
    }
    assertThat(Files.readString(COMMITTED)).isEqualTo(made);
  }

  @Test
  @Tag("deep")
  void newCasesAreDrawnForForge() throws Exception {
    long seed = System.nanoTime();
    System.out.println("differential cases with seed " + seed);
    Files.createDirectories(DRAWN.getParent());
    Files.writeString(DRAWN, cases(seed, 200));
    assertThat(Files.readAllLines(DRAWN)).hasSize(15 * 200);
  }

  private static String cases(long seed, int ofEachKind) {
    Random random = new Random(seed);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < ofEachKind; i++) {
      for (int kind = 1; kind <= STRUCTS.size(); kind++) {
        byte[] words = words(random, TYPES.get(kind - 1));
        line(out, kind, STRUCTS.get(kind - 1).apply(words).structHash().toArray(), words);
      }
      jobId(out, random);
      card(out, random, false);
      card(out, random, true);
      verdicts(out, random);
      tree(out, random);
      quorum(out, random);
    }
    return out.toString();
  }

  private static void line(StringBuilder out, int kind, byte[] answer, byte[] question) {
    out.append(Hex.encode(Bytes.start().u8(kind).raw(answer).raw(question).toArray())).append('\n');
  }

  private static byte[] word(BigInteger number) {
    return Bytes.start().u256(number).toArray();
  }

  private static byte[] word(boolean answer) {
    return word(answer ? BigInteger.ONE : BigInteger.ZERO);
  }

  private static byte[] words(Random random, StructType type) {
    Bytes out = Bytes.start();
    for (StructType.Field field : type.fields()) {
      int bits =
          switch (field.type()) {
            case "bytes32" -> 256;
            case "address" -> 160;
            default -> field.bits();
          };
      out.u256(number(random, bits));
    }
    return out.toArray();
  }

  /** Often an end of the range. */
  private static BigInteger number(Random random, int bits) {
    return switch (random.nextInt(6)) {
      case 0 -> BigInteger.ZERO;
      case 1 -> BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
      case 2 -> BigInteger.ONE.shiftLeft(random.nextInt(bits));
      default -> new BigInteger(bits, random);
    };
  }

  private static Bytes32 hash(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Bytes32.of(bytes);
  }

  private static Address address(Random random) {
    return Address.of(word(number(random, 160)), 12);
  }

  private static void jobId(StringBuilder out, Random random) {
    Bytes32 order = hash(random);
    int attempt = 1 + random.nextInt(255);
    BigInteger id = new BigInteger(JobIds.text(JobIds.of(order, attempt)));
    line(out, 10, word(id), Bytes.start().raw(order).u8(attempt).toArray());
  }

  private static void card(StringBuilder out, Random random, boolean reported) {
    JobCard card =
        new JobCard(
            hash(random),
            address(random),
            address(random),
            number(random, 40).longValue(),
            number(random, 96));
    if (!reported) {
      line(out, 11, word(card.binding()), card.pack());
      return;
    }
    JobOutcome outcome =
        new JobOutcome(
            1 + random.nextInt(7),
            number(random, 96),
            hash(random),
            number(random, 40).longValue());
    byte[] both = Bytes.start().raw(card.pack()).raw(outcome.pack()).toArray();
    line(out, 12, word(card.binding(outcome)), both);
  }

  /** The answer is the hash of all fields as words. */
  private static void verdicts(StringBuilder out, Random random) {
    List<PackedVerdict> verdicts = new ArrayList<>();
    Bytes fields = Bytes.start();
    for (int i = random.nextInt(12); i >= 0; i--) {
      PackedVerdict one =
          new PackedVerdict(
              random.nextLong(),
              VerdictCode.of(1 + random.nextInt(7)),
              number(random, 96),
              hash(random));
      verdicts.add(one);
      fields.u256(new BigInteger(Long.toUnsignedString(one.jobId())));
      fields.u256(BigInteger.valueOf(one.code().code()));
      fields.u256(one.cumulativePaid()).raw(one.resultHash());
    }
    line(out, 13, Keccak.hash(fields.toArray()).toArray(), PackedVerdict.packAll(verdicts));
  }

  /** A path, half of the time spoilt; the answer is whether it proves its leaf. */
  private static void tree(StringBuilder out, Random random) {
    List<Bytes32> leaves = new ArrayList<>();
    for (int i = random.nextInt(40); i >= 0; i--) {
      leaves.add(hash(random));
    }
    Merkle.Tree tree = Merkle.tree(leaves);
    int index = random.nextInt(leaves.size());
    int size = leaves.size();
    List<Bytes32> path = new ArrayList<>(tree.path(index));
    int shownIndex = index;
    switch (random.nextInt(8)) {
      case 0 -> shownIndex = random.nextInt(size + 2);
      case 1 -> size += 1 + random.nextInt(3);
      case 2 -> path.add(hash(random));
      case 3 -> path.subList(0, path.size() / 2).clear();
      default -> {}
    }
    boolean proved = Merkle.verify(leaves.get(index), shownIndex, size, path, tree.root());
    Bytes question = Bytes.start().raw(tree.root()).raw(leaves.get(index));
    question.u32(shownIndex).u32(size);
    path.forEach(question::raw);
    line(out, 14, word(proved), question.toArray());
  }

  /** Seven keys named as forge's World names them; some masks and signatures are wrong. */
  private static void quorum(StringBuilder out, Random random) {
    List<Secp256k1.PrivateKey> keys = new ArrayList<>();
    for (int i = 0; i < N; i++) {
      keys.add(Secp256k1.PrivateKey.of(Keccak.hashUtf8("oracle" + i).toArray()));
    }
    List<Address> addresses = keys.stream().map(Secp256k1.PrivateKey::address).toList();
    List<Bytes32> pins = addresses.stream().map(each -> Keccak.hash(each.toArray())).toList();
    Bytes32 digest = hash(random);
    long mask = random.nextInt(3) == 0 ? random.nextInt(256) : quorumMask(random);
    Bytes signed = Bytes.start();
    for (int i = 0; i < N; i++) {
      if ((mask >>> i & 1) == 1) {
        signed.raw(keys.get(i).sign(digest).toNormalised64());
      }
    }
    byte[] signatures = spoilt(random, signed.toArray());
    boolean passes = passes(new Committee(1, addresses, pins), digest, mask, signatures);
    line(out, 15, word(passes), Bytes.start().raw(digest).u32(mask).raw(signatures).toArray());
  }

  private static long quorumMask(Random random) {
    long mask = (1 << N) - 1;
    while (Long.bitCount(mask) > 5) {
      mask &= ~(1L << random.nextInt(N));
    }
    return mask;
  }

  private static byte[] spoilt(Random random, byte[] signatures) {
    if (signatures.length < 128) {
      return signatures;
    }
    switch (random.nextInt(6)) {
      case 0 -> signatures[random.nextInt(signatures.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> System.arraycopy(signatures, 0, signatures, 64, 64); // one signer twice
      case 2 -> {
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(signatures, 32, 64));
        System.arraycopy(word(Secp256k1.ORDER.subtract(s)), 0, signatures, 32, 32);
      }
      default -> {}
    }
    return signatures;
  }

  private static boolean passes(Committee committee, Bytes32 digest, long mask, byte[] signatures) {
    try {
      new QuorumSignatures(mask, signatures).verify(committee, digest);
      return true;
    } catch (ProtocolException refused) {
      assertThat(refused.getMessage().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
      return false;
    }
  }
}
