package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.assay.contracts.bindings.DeviceRegistry;
import network.assay.contracts.bindings.JobMarket;
import network.assay.contracts.bindings.OracleCommittee;
import network.assay.contracts.bindings.Settlement;
import network.assay.contracts.bindings.StakeManager;
import network.assay.contracts.bindings.TestDollar;
import network.assay.contracts.bindings.TokenVault;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.TxReceipt;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxIntent;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes;
import network.assay.contracts.protocol.Keccak;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Type;

/**
 * Deploys all contracts from one account, wired through constructors by addresses that follow from
 * the account and its nonces. The sender's journal makes it resumable: run it again with the same
 * journal and first nonce, and what was sent is not sent again.
 *
 * <p>Assumption that breaks safety: nobody else sends from this account meanwhile. Then an address
 * differs from its prediction, and the deployment stops with that said; nothing holds money yet.
 */
public final class Deployer {
  /** Offered for each creation; the largest contract needs about 5.5 million. */
  private static final long GAS_EACH = 8_000_000;

  private static final long STEP_TIMEOUT_S = 120;

  /** Within which everybody can withdraw before a module that governance announced may act. */
  private static final long MODULE_DELAY_S = 14L * 86_400;

  private final RpcEndpoints rpc;
  private final TransactionSender sender;
  private final long firstNonce;

  /**
   * @param firstNonce of the account when the deployment began; a caller that may be interrupted
   *     keeps it
   */
  public Deployer(RpcEndpoints rpc, TransactionSender sender, long firstNonce) {
    this.rpc = rpc;
    this.sender = sender;
    this.firstNonce = firstNonce;
  }

  /** Where everything will be. */
  public Deployment predict(DeploymentPlan plan) {
    long at = firstNonce + (plan.token().isPresent() ? 0 : 1);
    DeploymentPlan.Token token =
        plan.token()
            .orElseGet(() ->
                new DeploymentPlan.Token(
                    address(firstNonce), TestDollarFacts.NAME, TestDollarFacts.VERSION));
    return new Deployment(
        rpc.chainId(),
        0,
        token.address(),
        token.name(),
        token.version(),
        address(at),
        address(at + 1),
        address(at + 2),
        address(at + 3),
        address(at + 4),
        address(at + 5));
  }

  /** CREATE: the last 20 bytes of H(rlp([sender, nonce])). Source: Yellow Paper, (92). */
  private Address address(long nonce) {
    byte[] number = nonce == 0 ? new byte[0] : trimmed(nonce);
    Bytes payload = Bytes.start().u8(0x80 + Address.SIZE).raw(sender.address());
    if (number.length == 1 && number[0] >= 0) {
      payload.raw(number);
    } else {
      payload.u8(0x80 + number.length).raw(number);
    }
    byte[] body = payload.toArray();
    return Address.of(
        Keccak.hash(Bytes.start().u8(0xc0 + body.length).raw(body).toArray()).toArray(), 12);
  }

  private static byte[] trimmed(long nonce) {
    byte[] bytes = BigInteger.valueOf(nonce).toByteArray();
    return bytes[0] == 0 && bytes.length > 1 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private record Step(String name, Address predicted, String initCode) {}

  /** Sends every creation, waits for all, and checks each address. */
  public Deployment deploy(DeploymentPlan plan) {
    Deployment at = predict(plan);
    List<Step> steps = steps(plan, at);
    List<CompletableFuture<TxOutcome>> sent = new ArrayList<>();
    for (Step step : steps) {
      sent.add(
          sender.submit(
              TxIntent.create("deploy " + step.name() + " " + firstNonce, step.initCode())
                  .withGas(GAS_EACH)));
    }
    long block = Long.MAX_VALUE;
    for (int i = 0; i < steps.size(); i++) {
      TxReceipt receipt = await(steps.get(i), sent.get(i));
      requireAddress(steps.get(i), receipt);
      block = Math.min(block, receipt.blockNumber());
    }
    return new Deployment(
        at.chainId(),
        block,
        at.token(),
        at.tokenName(),
        at.tokenVersion(),
        at.devices(),
        at.committee(),
        at.vault(),
        at.stake(),
        at.market(),
        at.settlement());
  }

  private static TxReceipt await(Step step, CompletableFuture<TxOutcome> outcome) {
    try {
      return outcome.get(STEP_TIMEOUT_S, TimeUnit.SECONDS).requireIncluded();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeploymentException(
          "interrupted while " + step.name() + " was deployed; run it again to go on", e);
    } catch (ExecutionException e) {
      throw new DeploymentException("deploying " + step.name() + " failed: " + e.getMessage(), e);
    } catch (TimeoutException e) {
      throw new DeploymentException(
          step.name() + " was not mined within " + STEP_TIMEOUT_S + " s; run it again to go on", e);
    }
  }

  private void requireAddress(Step step, TxReceipt receipt) {
    String code = rpc.read("code of " + step.name(), node -> node.code(step.predicted().hex()));
    if (code.length() <= 2) {
      throw new DeploymentException(
          step.name()
              + " is not at its predicted address "
              + step.predicted()
              + " after "
              + receipt.transactionHash()
              + ": another transaction of "
              + sender.address()
              + " took a nonce",
          null);
    }
  }

  private List<Step> steps(DeploymentPlan plan, Deployment at) {
    List<Step> steps = new ArrayList<>();
    if (plan.token().isEmpty()) {
      steps.add(new Step("TestDollar", at.token(), initCode(TestDollar.BINARY)));
    }
    steps.add(new Step("DeviceRegistry", at.devices(), initCode(DeviceRegistry.BINARY)));
    steps.add(
        new Step(
            "OracleCommittee",
            at.committee(),
            initCode(
                OracleCommittee.BINARY,
                Abi.address(plan.governor()),
                Abi.addresses(plan.keys()),
                Abi.words(plan.pins()),
                Abi.tuple(
                    Abi.address(at.settlement()),
                    Abi.address(Address.ZERO),
                    Abi.address(Address.ZERO),
                    Abi.address(Address.ZERO),
                    Abi.u32(plan.params().overlapS())))));
    steps.add(
        new Step(
            "TokenVault",
            at.vault(),
            initCode(
                TokenVault.BINARY,
                Abi.address(at.token()),
                Abi.address(plan.governor()),
                Abi.address(Address.ZERO), // no Permit2
                Abi.address(Address.ZERO), // no deposit addresses
                Abi.u32(MODULE_DELAY_S),
                Abi.address(at.stake()),
                Abi.address(at.market()),
                Abi.address(at.settlement()),
                Abi.addresses(List.of()))));
    steps.add(
        new Step(
            "StakeManager",
            at.stake(),
            initCode(
                StakeManager.BINARY,
                Abi.address(at.vault()),
                Abi.address(at.market()),
                Abi.address(at.settlement()),
                Abi.address(plan.insurance()),
                Abi.u32(plan.unbondingDelayS()))));
    steps.add(
        new Step(
            "JobMarket",
            at.market(),
            initCode(
                JobMarket.BINARY,
                Abi.address(at.vault()),
                Abi.address(at.stake()),
                Abi.address(at.devices()),
                Abi.address(at.committee()),
                Abi.address(at.settlement()),
                Abi.address(plan.governor()),
                plan.params().abi())));
    steps.add(
        new Step(
            "Settlement",
            at.settlement(),
            initCode(
                Settlement.BINARY,
                Abi.address(at.vault()),
                Abi.address(at.stake()),
                Abi.address(at.market()),
                Abi.address(at.committee()),
                Abi.address(plan.treasury()))));
    return steps;
  }

  @SuppressWarnings("rawtypes") // web3j's own signatures
  private static String initCode(String binary, Type<?>... arguments) {
    List<Type> list = new ArrayList<>(List.of(arguments));
    String code = binary.startsWith("0x") ? binary : "0x" + binary;
    return code + FunctionEncoder.encodeConstructor(list);
  }
}
