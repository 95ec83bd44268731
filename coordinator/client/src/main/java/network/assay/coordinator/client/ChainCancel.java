package network.assay.coordinator.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import network.assay.contracts.client.assay.AssayContracts;
import network.assay.contracts.client.assay.AssayErrors;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.send.SenderConfig;
import network.assay.contracts.client.send.TransactionSender;
import network.assay.contracts.client.send.TxOutcome;
import network.assay.contracts.client.sign.KeySigner;
import network.assay.contracts.client.store.SqliteStore;
import network.assay.contracts.protocol.JobCard;
import network.assay.contracts.protocol.JobIds;

/**
 * The consumer's own {@code cancel} on chain: what is in escrow for an attempt that no device
 * accepted is his credit again. Needs coins for gas, and no coordinator.
 */
final class ChainCancel {
  private static final int PATIENCE_S = 120;

  private ChainCancel() {}

  /**
   * Cancels and waits until it is mined.
   *
   * @param journal one file a wallet
   * @return the transaction's hash
   * @throws ConsumerException NOT_CANCELLED with the contract's reason
   */
  static String run(
      List<URI> rpcUrls, Deployment deployment, KeySigner wallet, Path journal, long jobId) {
    try (RpcEndpoints rpc = RpcEndpoints.open(RpcConfig.of(rpcUrls, deployment.chainId()));
        SqliteStore store = SqliteStore.open(journal);
        TransactionSender sender =
            new TransactionSender(
                rpc, wallet, store, SenderConfig.standard(), AssayErrors.reasons())) {
      AssayContracts contracts = new AssayContracts(rpc, deployment);
      JobCard card =
          contracts
              .market()
              .shown(jobId)
              .card()
              .orElseThrow(() ->
                  new ConsumerException("NOT_CANCELLED", "the job is not on chain: nothing paid"));
      sender.start();
      TxOutcome outcome =
          sender
              .submit(contracts.market().cancel("cancel/" + JobIds.text(jobId), jobId, card))
              .get(PATIENCE_S, TimeUnit.SECONDS);
      return switch (outcome) {
        case TxOutcome.Included included -> included.receipt().transactionHash();
        case TxOutcome.Reverted reverted -> throw notCancelled(reverted.reason().toString());
        case TxOutcome.Refused refused -> throw notCancelled(refused.reason().toString());
        case TxOutcome.Displaced _ -> throw notCancelled("another transaction took its nonce");
      };
    } catch (TimeoutException e) {
      throw new ConsumerException(
          "NOT_CANCELLED", "not mined within " + PATIENCE_S + " s; it may still be: look again", e);
    } catch (ExecutionException e) {
      throw new ConsumerException("NOT_CANCELLED", String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConsumerException("INTERRUPTED", "interrupted; look again", e);
    }
  }

  private static ConsumerException notCancelled(String why) {
    return new ConsumerException("NOT_CANCELLED", "the contract refused: " + why);
  }
}
