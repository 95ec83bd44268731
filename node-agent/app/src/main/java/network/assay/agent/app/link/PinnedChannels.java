package network.assay.agent.app.link;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.service.Tls;

/**
 * TLS 1.3 to servers with pinned keys; the agent shows no certificate, its messages carry the
 * device's signature.
 */
public final class PinnedChannels implements Channels {
  /** The largest answer is a chunk of 256 KiB. */
  private static final int ANSWER_BYTES_MAX = 1 << 20;

  /** Keeps a mapping in a NAT alive, and notices a dead coordinator behind an idle stream. */
  private static final long KEEP_ALIVE_S = 30;

  @Override
  public ManagedChannel open(Endpoint endpoint, Bytes32 pin) {
    return NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
        .sslContext(Tls.anonymousClientTo(pin))
        .maxInboundMessageSize(ANSWER_BYTES_MAX)
        .keepAliveTime(KEEP_ALIVE_S, TimeUnit.SECONDS)
        .build();
  }
}
