// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Sets up, in its constructor and so in one transaction, who may decide what and how long it waits
/// @notice | who | what | waits |
/// | --- | --- | --- |
/// | proposers, through the timelock, executed by anyone | everything that `governor` may do: modules, reporters,
/// listeners, guardians, models, roles | timelockDelayS |
/// | rotator | OracleCommittee.rotate and rotateScheme, through the manager | rotationDelayS |
/// | emergency | OracleCommittee.removeKey, through the manager; and cancels the rotator's scheduled calls | nothing |
/// | keeper of the Guardian | stops new jobs | nothing |
///
/// Contracts take `manager` as their governor. Its address is that of the first contract this one creates, `timelock`
/// that of the second: known before. When the constructor ends nobody but the timelock holds the admin role: neither the
/// deployer, who never had one, nor this contract, which has no function that changes anything.
///
/// Constructor: `Governance(Params params)`.
interface IGovernance {
    struct Params {
        /// @dev Seconds that a proposal waits; > 0. Longer than anybody needs to leave: withdraw credit, or run down.
        uint32 timelockDelayS;
        /// @dev Seconds that a rotation waits; > 0.
        uint32 rotationDelayS;
        /// @dev May propose to, and cancel in, the timelock; at least one.
        address[] proposers;
        /// @dev May schedule rotations. 0: only the timelock.
        address rotator;
        /// @dev May remove an oracle's key at once. 0: only the timelock.
        address emergency;
        /// @dev The OracleCommittee.
        address committee;
    }

    /// @notice Decisions must wait.
    error ZeroDelay();
    /// @notice Nobody could ever decide anything.
    error NoProposer();
    /// @notice A zero address where an account is wanted.
    error ZeroAddress();
    /// @notice The set-up would have kept administrator rights.
    error StillAdmin(address account);

    function ROTATOR_ROLE() external view returns (uint64);
    function EMERGENCY_ROLE() external view returns (uint64);
    /// @notice OpenZeppelin's AccessManager: the `governor` of all contracts.
    function manager() external view returns (address);
    /// @notice OpenZeppelin's TimelockController: the manager's only admin.
    function timelock() external view returns (address);
}
