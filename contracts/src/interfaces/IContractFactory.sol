// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Creates contracts at addresses that are known before their code is
/// @notice An address follows from this factory, the caller and a salt, and from nothing else: so contracts may hold
/// each other's addresses as immutables, in a circle, and each is created and initialised in one transaction. The way
/// is EIP-3171's (CREATE3): CREATE2 puts a proxy of fixed code at a place that the salt decides, and the proxy's first
/// CREATE makes the contract.
///
/// Safety: the caller is part of the salt, so nobody can take another's address before him. A creation whose
/// constructor reverts leaves nothing behind, and may be tried again.
interface IContractFactory {
    /// @notice `deployer` made `made` with this salt.
    event ContractDeployed(address indexed deployer, bytes32 indexed salt, address made);

    /// @notice There is a contract already; nothing was changed. A deployment that goes on skips this step.
    error AlreadyDeployed(address made);
    /// @notice Constructor reverted without data, ran out of gas, or left no code.
    error CreationFailed(bytes32 salt);

    /// @notice Effects: a contract of this init code at `addressOf(msg.sender, salt)`. The constructor sees no value
    /// and, as msg.sender, a proxy that means nothing. Its revert comes through unchanged.
    function deploy(bytes32 salt, bytes calldata initCode) external returns (address made);

    /// @notice Where `deploy` of this account and salt puts its contract.
    function addressOf(address deployer, bytes32 salt) external view returns (address);
}
