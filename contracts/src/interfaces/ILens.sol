// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobBook} from "./IJobBook.sol";

/// @title Many answers in one eth_call, for clients
/// @notice Reads only, holds nothing, and nothing on chain depends on it. Every list is bounded: what is asked for beyond
/// is refused, not cut off. All answers of one call are of one block.
///
/// Constructor: `Lens(address vault, address stake, address devices, address market, address settlement, address
/// committee)`.
interface ILens {
    struct ProviderView {
        address provider;
        uint96 staked;
        uint96 locked;
        uint96 unbonding;
        uint96 free; // what a new job may lock
        AccountView account;
    }

    struct AccountView {
        address account;
        uint256 credit; // may be withdrawn now
        uint256 claimable; // becomes credit by Settlement.claim
        uint256 claimableLock;
        uint256 pending; // waits for finality
        uint256 pendingLock;
    }

    struct DeviceView {
        address device;
        address provider; // 0: unknown
        uint40 index;
        bool active;
        bytes32 deviceClass;
        uint16 activeJobs;
        uint64 nonceFloor;
    }

    struct OracleView {
        address key;
        bytes32 pin; // SHA-256 of the node's TLS SubjectPublicKeyInfo
        bool removed;
        uint64 points; // accepted reports that it signed
    }

    struct CommitteeView {
        uint64 epoch;
        uint8 n;
        uint8 q;
        uint8 scheme;
        uint40 answersUntil;
        bytes32 digest;
        bool canReport; // enough keys are left for a quorum, and it still answers
        OracleView[] oracles;
    }

    /// @notice Ask for less at a time.
    error PageTooLong(uint256 got, uint256 max);

    /// @notice Greatest length of every list asked for.
    function PAGE_MAX() external view returns (uint256);
    /// @notice As the market shows them, with FINAL where it is that; state NONE for unknown ids.
    function jobs(uint64[] calldata jobIds) external view returns (IJobBook.JobView[] memory);
    function accounts(address[] calldata accounts_) external view returns (AccountView[] memory);
    function providers(address[] calldata providers_) external view returns (ProviderView[] memory);
    function devicesOf(address[] calldata devices_) external view returns (DeviceView[] memory);
    /// @param epoch 0: the current one
    function committeeAt(uint64 epoch) external view returns (CommitteeView memory);
    /// @notice All epochs that still answer, the current one last: eight at most.
    function committees() external view returns (CommitteeView[] memory);
}
