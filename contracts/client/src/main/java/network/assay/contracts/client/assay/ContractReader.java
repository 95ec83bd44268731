package network.assay.contracts.client.assay;

import network.assay.contracts.client.rpc.CallRequest;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.protocol.Address;

/** Reads views; where several endpoints are configured, two must agree. */
final class ContractReader {
  private final RpcEndpoints rpc;

  ContractReader(RpcEndpoints rpc) {
    this.rpc = rpc;
  }

  Words read(String what, Address contract, String data) {
    return Words.of(rpc.compareCall(what, CallRequest.view(contract.hex(), data)));
  }
}
