// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The part of EIP-3009 that the vault uses
interface IERC3009 {
    /// @notice Moves `value` from `from` to `to` on `from`'s signature. Requires `msg.sender == to`, so that nobody can
    /// take the authorisation out of a pending transaction and leave the receiver unaware of the payment.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}

/// @title The same with a signature of any length, for ERC-1271 wallets, as widely used stablecoins have it
interface IERC3009Bytes {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
