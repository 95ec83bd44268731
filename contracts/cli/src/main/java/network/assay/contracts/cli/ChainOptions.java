package network.assay.contracts.cli;

import java.net.URI;
import java.util.List;
import network.assay.contracts.client.rpc.RpcConfig;
import network.assay.contracts.client.rpc.RpcEndpoints;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which chain, and where to ask it. */
final class ChainOptions {
  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description = "JSON-RPC endpoint; give two of different operators and they are compared")
  private List<URI> urls = List.of();

  @Option(
      names = "--chain-id",
      paramLabel = "N",
      description = "refuse any other chain; default: what the first endpoint serves")
  private @Nullable Long chainId;

  boolean isGiven() {
    return !urls.isEmpty();
  }

  RpcEndpoints open() {
    long chain = chainId == null ? RpcEndpoints.askChainId(urls.getFirst()) : chainId;
    return RpcEndpoints.open(RpcConfig.of(urls, chain));
  }
}
