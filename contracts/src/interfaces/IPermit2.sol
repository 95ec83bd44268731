// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The part of the canonical Permit2 (0x000000000022D473030F116dDEE9F6B43aC78BA3) that the vault uses
interface IPermit2 {
    struct TokenPermissions {
        address token;
        uint256 amount;
    }

    struct PermitTransferFrom {
        TokenPermissions permitted;
        uint256 nonce;
        uint256 deadline;
    }

    struct SignatureTransferDetails {
        address to;
        uint256 requestedAmount;
    }

    /// @notice Moves tokens of `owner` on his signature over the permit, the caller as its spender, and `witness`. Each
    /// nonce works once. `owner` may be an ERC-1271 wallet.
    function permitWitnessTransferFrom(
        PermitTransferFrom memory permit,
        SignatureTransferDetails calldata transferDetails,
        address owner,
        bytes32 witness,
        string calldata witnessTypeString,
        bytes calldata signature
    ) external;
}
