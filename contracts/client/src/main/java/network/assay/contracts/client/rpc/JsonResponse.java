package network.assay.contracts.client.rpc;

import org.web3j.protocol.core.Response;
import tools.jackson.databind.JsonNode;

/**
 * A raw answer: web3j's typed ones parse lazily and turn a missing field into a null pointer far
 * away.
 */
public final class JsonResponse extends Response<JsonNode> {}
