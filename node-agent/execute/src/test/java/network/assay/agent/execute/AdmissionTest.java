package network.assay.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Order;
import org.junit.jupiter.api.Test;

/** What a hostile coordinator may send, each with the reason for which it is refused. */
class AdmissionTest {
  private final World world = new World();

  private Admission.Result examine(Assignment assignment) {
    return Admission.examine(assignment, world.self, spec -> true);
  }

  private static void refused(Admission.Result result, String reason) {
    assertThat(result)
        .isInstanceOfSatisfying(
            Admission.Refused.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }

  private Assignment offered(Offer offer) {
    Order order = world.order();
    return new Assignment(
        JobIds.of(order.digest(world.market), 1),
        order,
        new Signed<>(offer, offer.sign(world.market, world.device)),
        world.spec.toBytes());
  }

  private Offer offer(Address device, int unit, long price) {
    Offer o = world.offer;
    return new Offer(
        device,
        o.deviceClass(),
        unit,
        BigInteger.valueOf(price),
        o.durationMinS(),
        o.durationMaxS(),
        o.volumeMax(),
        o.concurrentMax(),
        o.regions(),
        o.grades(),
        o.nonce(),
        o.expiry());
  }

  @Test
  void anAssignmentForAnotherDeviceIsRefused() {
    refused(examine(offered(offer(World.key("another").address(), 0, 500))), "OTHER_DEVICE");
  }

  @Test
  void anOfferThatWeNeverSignedIsRefused() {
    Order order = world.order();
    Offer cheap = offer(world.device.address(), 0, 1);
    Assignment forged =
        new Assignment(
            JobIds.of(order.digest(world.market), 1),
            order,
            new Signed<>(cheap, world.signedOffer().signature()),
            world.spec.toBytes());
    refused(examine(forged), "NOT_OUR_OFFER");
  }

  @Test
  void anOfferSignedForAnotherContractIsRefused() {
    Eip712Domain elsewhere = Eip712Domain.assay(31337, Address.fromHex("0x" + "99".repeat(20)));
    Order order = world.order();
    Assignment moved =
        new Assignment(
            JobIds.of(order.digest(world.market), 1),
            order,
            new Signed<>(world.offer, world.offer.sign(elsewhere, world.device)),
            world.spec.toBytes());
    refused(examine(moved), "NOT_OUR_OFFER");
  }

  @Test
  void anOrderOfAnotherChainHasAnotherJobId() {
    Order order = world.order();
    Eip712Domain elsewhere = Eip712Domain.assay(1, world.market.verifyingContract());
    Assignment moved =
        new Assignment(
            JobIds.of(order.digest(elsewhere), 1),
            order,
            world.signedOffer(),
            world.spec.toBytes());
    refused(examine(moved), "WRONG_JOB_ID");
  }

  @Test
  void anAttemptBeyondTheOrdersIsRefused() {
    Order order = world.order();
    Assignment third =
        new Assignment(
            JobIds.of(order.digest(world.market), 3),
            order,
            world.signedOffer(),
            world.spec.toBytes());
    refused(examine(third), "WRONG_JOB_ID");
  }

  @Test
  void anOrderForAnotherOfferIsRefused() {
    Order order = world.order(500, 120, Grade.SAMPLED.code(), Keccak.hashUtf8("another offer"));
    refused(examine(world.assignment(order)), "ORDER_FOR_OTHER_OFFER");
  }

  @Test
  void aPriceBelowTheOfferIsRefused() {
    refused(examine(world.assignment(world.order(499, 120, 3, Bytes32.ZERO))), "PRICE_BELOW_OFFER");
  }

  @Test
  void aUnitOtherThanFixedIsRefused() {
    refused(examine(offered(offer(world.device.address(), 1, 500))), "UNSUPPORTED_UNIT");
  }

  @Test
  void aRunWindowThatWeDoNotOfferIsRefused() {
    refused(
        examine(world.assignment(world.order(500, 9, 3, Bytes32.ZERO))), "RUN_WINDOW_NOT_OFFERED");
    refused(
        examine(world.assignment(world.order(500, 3_601, 3, Bytes32.ZERO))),
        "RUN_WINDOW_NOT_OFFERED");
  }

  @Test
  void aGradeThatWeDoNotOfferIsRefused() {
    refused(
        examine(world.assignment(world.order(500, 120, Grade.ATTESTED.code(), Bytes32.ZERO))),
        "GRADE_NOT_OFFERED");
    refused(
        examine(world.assignment(world.order(500, 120, 35, Bytes32.ZERO))), "GRADE_NOT_OFFERED");
  }

  @Test
  void anotherSpecificationIsRefused() {
    Assignment good = world.assignment();
    byte[] other =
        new String(world.spec.toBytes(), StandardCharsets.UTF_8)
            .replace("100000", "100001")
            .getBytes(StandardCharsets.UTF_8);
    refused(examine(new Assignment(good.jobId(), good.order(), good.offer(), other)), "WRONG_SPEC");
  }

  @Test
  void workThatWeCannotRunIsRefused() {
    refused(Admission.examine(world.assignment(), world.self, spec -> false), "UNSUPPORTED_WORK");
  }

  @Test
  void aGoodAssignmentIsAdmittedWithItsAttempt() {
    assertThat(examine(world.assignment()))
        .isInstanceOfSatisfying(
            Admission.Admitted.class, a -> assertThat(a.ticket()).isEqualTo(world.ticket()));
    Order order = world.order();
    Assignment second =
        new Assignment(
            JobIds.of(order.digest(world.market), 2),
            order,
            world.signedOffer(),
            world.spec.toBytes());
    assertThat(examine(second))
        .isInstanceOfSatisfying(
            Admission.Admitted.class, a -> assertThat(a.ticket().attempt()).isEqualTo(2));
  }

  private Admission.Result confirm(ChainFacts facts, long nowS) {
    return Admission.confirm(world.ticket(), facts, world.self, new Moment(nowS, 0), world.policy);
  }

  @Test
  void anOrderThatIsNotOnChainIsRefused() {
    refused(confirm(world.facts(JobState.NONE, 0), World.NOW_S), "ORDER_NOT_ON_CHAIN");
  }

  @Test
  void anExpiredAssignmentIsRefused() {
    refused(confirm(world.facts(JobState.EXPIRED, World.NOW_S), World.NOW_S), "NOT_ASSIGNED");
    refused(
        confirm(world.facts(JobState.ASSIGNED, World.NOW_S + 1), World.NOW_S),
        "TOO_LATE_TO_ACCEPT");
    assertThat(confirm(world.facts(JobState.ASSIGNED, World.NOW_S + 2), World.NOW_S))
        .isInstanceOf(Admission.Admitted.class);
  }

  @Test
  void aJobJoinedToAnotherOfferOrProviderIsRefused() {
    ChainFacts good = world.facts(JobState.ASSIGNED, World.NOW_S + 30);
    refused(
        confirm(
            new ChainFacts(
                good.state(),
                good.amount(),
                good.deadlineS(),
                0,
                good.provider(),
                false,
                false,
                false),
            World.NOW_S),
        "OTHER_BINDING");
    refused(
        confirm(
            new ChainFacts(
                good.state(), good.amount(), good.deadlineS(), 0, Address.ZERO, true, false, false),
            World.NOW_S),
        "OTHER_PROVIDER");
    refused(
        confirm(
            new ChainFacts(
                good.state(),
                BigInteger.valueOf(499),
                good.deadlineS(),
                0,
                good.provider(),
                true,
                false,
                false),
            World.NOW_S),
        "PRICE_BELOW_OFFER");
  }

  @Test
  void theJournalsFormOfAnAssignmentReadsBack() {
    assertThat(Assignment.decode(world.assignment().encode())).isEqualTo(world.assignment());
  }
}
