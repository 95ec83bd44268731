package network.assay.contracts.client.assay;

import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobOutcome;
import network.assay.contracts.protocol.Order;

/** CallbackRouter: tells a contract that ordered compute what became of it. */
public final class CallbackCalls {
  /** Beside the callback's own gas: checks, the record, an event; and EIP-150's 64th. */
  private static final long OVERHEAD_GAS = 250_000;

  private final ContractReader reader;
  private final Address router;

  CallbackCalls(ContractReader reader, Address router) {
    this.reader = reader;
    this.router = router;
  }

  /**
   * A final job, and all that its market keeps only a hash of.
   *
   * @param ciphertextRoot zero, like plaintextRoot, where there is no result
   */
  public record Shown(
      Order order,
      int attempt,
      Bytes32 offerHash,
      JobCard card,
      JobOutcome outcome,
      Bytes32 ciphertextRoot,
      Bytes32 plaintextRoot) {}

  public Address router() {
    return router;
  }

  public boolean isDelivered(long jobId) {
    return reader
        .read(
            "delivery of job " + Long.toUnsignedString(jobId),
            router,
            Abi.call("isDelivered", Abi.u64(jobId)))
        .bool();
  }

  /** Anyone, once the job is FINAL; a callee that refuses can be asked again. */
  public TxIntent deliver(String id, Shown shown) {
    String data =
        Abi.call(
            "deliver",
            Abi.tuple(
                Abi.struct(shown.order()),
                Abi.u8(shown.attempt()),
                Abi.bytes32(shown.offerHash()),
                Abi.card(shown.card()),
                Abi.outcome(shown.outcome()),
                Abi.bytes32(shown.ciphertextRoot()),
                Abi.bytes32(shown.plaintextRoot())));
    long gas = shown.order().callbackGas();
    return TxIntent.call(id, router, data).withGas(gas + gas / 32 + OVERHEAD_GAS);
  }
}
