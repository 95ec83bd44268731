package network.assay.coordinator.app.flow;

import static network.assay.coordinator.app.flow.Refused.conflict;
import static network.assay.coordinator.app.flow.Refused.malformed;

import java.math.BigInteger;
import java.util.Optional;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobSpec;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.PaymentAuthorization;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.coordinator.app.flow.Chain.Bounds;

/** What a submission must meet by itself, before anything is asked or stored. Pure. */
public final class OrderRules {
  /** The transaction must still be mined within the payment's and the order's time. */
  private static final long MARGIN_S = 5;

  private OrderRules() {}

  /**
   * Refuses by name what can be seen from the bytes alone.
   *
   * @param nowS chain time
   * @return the specification
   */
  static JobSpec check(
      Submission s, Bytes32 orderHash, Deployment at, Bounds bounds, Address self, long nowS) {
    JobSpec spec = content(s);
    terms(s.order(), bounds, self, nowS);
    payment(s, orderHash, at, nowS);
    return spec;
  }

  /** Specification and input are those of the order. */
  static JobSpec content(Submission s) {
    Bytes32 specHash = JobSpec.hash(s.spec());
    if (!specHash.equals(s.order().specHash())) {
      throw malformed(
          "SPEC_HASH_MISMATCH",
          "the order is for the specification " + s.order().specHash() + ", got " + specHash);
    }
    JobSpec spec = JobSpec.parse(s.spec());
    if (s.order().grade() >= 1 && s.order().grade() <= 5) {
      fits(spec, Grade.of(s.order().grade()));
    }
    if (s.input().length > EvidenceBundle.INPUT_BYTES_MAX) {
      throw malformed(
          "INPUT_TOO_LARGE",
          "want at most " + EvidenceBundle.INPUT_BYTES_MAX + " bytes, got " + s.input().length);
    }
    if (s.input().length != spec.inputBytes()) {
      throw malformed(
          "INPUT_LENGTH_MISMATCH",
          "the specification is for " + spec.inputBytes() + " bytes, got " + s.input().length);
    }
    Bytes32 root = ContentRoot.of(s.input());
    if (!root.equals(spec.inputRoot())) {
      throw malformed(
          "INPUT_ROOT_MISMATCH",
          "the specification is for the input " + spec.inputRoot() + ", got " + root);
    }
    return spec;
  }

  /** Nobody could settle a container at a grade that verifies, nor anything else at ACCEPTED. */
  static void fits(JobSpec spec, Grade grade) {
    if (!spec.fits(grade)) {
      throw malformed(
          "GRADE_DOES_NOT_FIT",
          "want grade ACCEPTED for a container and for nothing else, got %s for %s"
              .formatted(grade, spec.workload()));
    }
  }

  private static void terms(Order order, Bounds bounds, Address self, long nowS) {
    if (!order.matcher().equals(self)) {
      throw malformed(
          "WRONG_MATCHER", "only " + self + " matches here, the order names " + order.matcher());
    }
    if (!order.offerHash().isZero()) {
      throw malformed("OFFER_NAMED", "want offerHash 0: this coordinator chooses the offer");
    }
    if (order.lane() != 1) {
      throw malformed("UNSUPPORTED_LANE", "want lane 1 (EIP3009), got " + order.lane());
    }
    if (!order.callback().isZero() || order.callbackGas() != 0) {
      throw malformed("UNSUPPORTED_CALLBACK", "want no callback, got " + order.callback());
    }
    if (order.grade() < 1 || order.grade() > 5) {
      throw malformed("UNKNOWN_GRADE", "want a grade from 1 to 5, got " + order.grade());
    }
    if (order.resultKey().isZero()) {
      throw malformed("NO_RESULT_KEY", "want an X25519 key that the result can be sealed to");
    }
    if (order.amount().signum() == 0 || order.priceMax().signum() == 0) {
      throw malformed("ZERO_AMOUNT", "want an amount and a priceMax above 0");
    }
    limits(order, bounds);
    deadline(order, bounds, nowS);
  }

  private static void limits(Order order, Bounds bounds) {
    if (order.attemptsMax() < 1 || order.attemptsMax() > bounds.attemptsMaxMax()) {
      throw malformed(
          "WRONG_ATTEMPTS",
          "want attemptsMax from 1 to " + bounds.attemptsMaxMax() + ", got " + order.attemptsMax());
    }
    if (order.feeBpsMax() < bounds.feeBps()) {
      throw malformed(
          "FEE_BOUND_TOO_LOW",
          "the market's fee is " + bounds.feeBps() + " bps, the order allows " + order.feeBpsMax());
    }
    window("acceptWindowS", order.acceptWindowS(), bounds);
    window("runWindowS", order.runWindowS(), bounds);
    window("reportWindowS", order.reportWindowS(), bounds);
  }

  private static void window(String name, long got, Bounds bounds) {
    if (got < bounds.windowMinS() || got > bounds.windowMaxS()) {
      throw malformed(
          "WINDOW_OUT_OF_RANGE",
          "want %s from %d to %d s, got %d"
              .formatted(name, bounds.windowMinS(), bounds.windowMaxS(), got));
    }
  }

  private static void deadline(Order order, Bounds bounds, long nowS) {
    if (order.orderDeadline() < nowS + MARGIN_S) {
      throw conflict(
          "ORDER_EXPIRED",
          "want an orderDeadline of at least %d (chain time + %d s), got %d"
              .formatted(nowS + MARGIN_S, MARGIN_S, order.orderDeadline()));
    }
    if (order.orderDeadline() > nowS + bounds.orderWindowMaxS()) {
      throw malformed(
          "ORDER_DEADLINE_TOO_FAR",
          "want an orderDeadline of at most %d, got %d"
              .formatted(nowS + bounds.orderWindowMaxS(), order.orderDeadline()));
    }
  }

  private static void payment(Submission s, Bytes32 orderHash, Deployment at, long nowS) {
    BigInteger now = BigInteger.valueOf(nowS);
    if (s.validAfter().bitLength() > 40 || s.validBefore().bitLength() > 40) {
      throw malformed("PAYMENT_TIMES", "want validAfter and validBefore in 40 bits");
    }
    if (s.validAfter().compareTo(now) >= 0) {
      throw conflict(
          "PAYMENT_NOT_YET_VALID", "valid after " + s.validAfter() + ", chain time is " + now);
    }
    if (s.validBefore().compareTo(now.add(BigInteger.valueOf(MARGIN_S))) <= 0) {
      throw conflict(
          "PAYMENT_EXPIRED", "valid before " + s.validBefore() + ", chain time is " + now);
    }
    PaymentAuthorization authorization =
        PaymentAuthorization.forOrder(
            s.order(), orderHash, at.vault(), s.validAfter(), s.validBefore());
    Optional<Address> signer =
        Secp256k1.recover(authorization.digest(at.tokenDomain()), s.payment());
    if (!signer.equals(Optional.of(s.order().consumer()))) {
      throw malformed(
          "WRONG_PAYMENT_SIGNATURE",
          "want the signature of %s over ReceiveWithAuthorization(to %s, value %s, nonce %s) of token %s on chain %d; got one of %s"
              .formatted(
                  s.order().consumer(),
                  at.vault(),
                  s.order().amount(),
                  orderHash,
                  at.token(),
                  at.chainId(),
                  signer.map(Address::hex).orElse("nobody")));
    }
  }
}
