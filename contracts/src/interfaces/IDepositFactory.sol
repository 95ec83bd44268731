// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Addresses at which the money for one Order waits
/// @notice For payers whose wallets can only send a plain transfer, or sign a TransferWithAuthorization with a nonce of
/// their own (public x402 clients). Such an address follows from the Order's EIP-712 digest, the payer (the Order's
/// consumer) and `refundableAt`. What arrives there can go two ways only: `amount` of the vault's token into that
/// Order's escrow, or everything back to the payer's own account. Nobody holds a key to it.
///
/// A payer who is told such an address derives it himself (`addressOf`) from the Order that he was shown.
///
/// Constructor: `DepositFactory(address vault)`.
interface IDepositFactory {
    /// @notice Only the vault takes.
    error NotVault(address got, address want);
    /// @notice A zero address where a contract is wanted.
    error ZeroAddress();
    /// @notice Only the payer himself may have the vault's token sent back so early.
    error RefundTooEarly(uint256 got, uint256 want);
    /// @notice Less waits there than is to be taken.
    error DepositTooSmall(address deposit, uint256 got, uint256 want);
    /// @notice Nothing of the token waits there.
    error NothingToRefund(address deposit, address token);

    /// @notice An Order's money went from its deposit address to the vault.
    event DepositTaken(bytes32 indexed orderHash, address indexed payer, address deposit, uint256 amount);
    /// @notice All of a token at a deposit address went back to the payer; token 0 is the chain's own coin.
    event DepositRefunded(
        bytes32 indexed orderHash, address indexed payer, address deposit, address token, uint256 amount
    );

    function vault() external view returns (address);

    /// @notice Where the money for this Order waits.
    /// @param orderHash the Order's EIP-712 digest
    /// @param refundableAt from when on anybody may send it back (chain time); the Order's deadline is a good choice
    function addressOf(bytes32 orderHash, address payer, uint40 refundableAt) external view returns (address);

    /// @notice Brings `amount` of the vault's token to the vault. Only the vault, which puts it into the Order's
    /// escrow. What is over stays, for `refund`.
    function take(bytes32 orderHash, address payer, uint40 refundableAt, uint256 amount) external;

    /// @notice Sends all of a token (0: the chain's coin) back to the payer: his by the payer at any time; by anybody
    /// from refundableAt on, and at any time where it is not the vault's token, which no Order can use.
    function refund(bytes32 orderHash, address payer, uint40 refundableAt, address token)
        external
        returns (uint256 amount);
}
