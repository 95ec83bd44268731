// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFeeRouter} from "../interfaces/IFeeRouter.sol";
import {IRewardDistributor} from "../interfaces/IRewardDistributor.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {Bps} from "../libraries/Bps.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title RewardDistributor: documented on its interface, IRewardDistributor
contract RewardDistributor is IRewardDistributor {
    struct Root {
        bytes32 root;
        uint256 total;
        uint256 fees; // of all epochs up to this one
        uint64 epoch;
        uint40 claimableFrom;
    }

    uint16 public constant EMISSION_BPS_MAX = 9_000;
    uint64 private constant EPOCHS_AT_A_TIME = 64;

    address public immutable vault;
    address public immutable governor;
    address public immutable feeRouter;
    uint16 public immutable emissionBps;
    uint32 public immutable rootDelayS;

    address public publisher;
    uint256 public funded;
    uint256 public totalClaimed;
    mapping(address account => uint256) public claimedOf;
    Root private _current;
    Root private _pending;

    constructor(
        address vault_,
        address governor_,
        address feeRouter_,
        address publisher_,
        uint16 emissionBps_,
        uint32 rootDelayS_
    ) {
        if (vault_ == address(0) || governor_ == address(0) || feeRouter_ == address(0) || publisher_ == address(0)) revert ZeroAddress();
        if (emissionBps_ > EMISSION_BPS_MAX) revert ShareOutOfRange(emissionBps_, 0, EMISSION_BPS_MAX);
        vault = vault_;
        governor = governor_;
        feeRouter = feeRouter_;
        publisher = publisher_;
        emissionBps = emissionBps_;
        rootDelayS = rootDelayS_;
        _current.epoch = IFeeRouter(feeRouter_).currentEpoch() - 1;
    }

    function lastEpoch() external view returns (uint64) {
        return _pending.epoch != 0 ? _pending.epoch : _current.epoch;
    }

    function emissionMax() external view returns (uint256) {
        return _emissionOf(_pending.epoch != 0 ? _pending.fees : _current.fees);
    }

    function currentRoot() external view returns (bytes32 root, uint256 total) {
        bool ready = _pending.epoch != 0 && block.timestamp >= _pending.claimableFrom;
        Root storage found = ready ? _pending : _current;
        return (found.root, found.total);
    }

    function fund(uint256 amount) external {
        if (amount == 0) revert ZeroAmount();
        funded += amount;
        emit RewardsFunded(msg.sender, amount);
        ITokenVault(vault).takeCredit(msg.sender, amount);
    }

    function publish(uint64 epoch, bytes32 root, uint256 total) external {
        if (msg.sender != publisher) revert NotPublisher(msg.sender, publisher);
        _activate();
        if (_pending.epoch != 0) revert RootPending(_pending.epoch, _pending.claimableFrom);
        uint256 fees = _current.fees + _feesUpTo(epoch);
        uint256 max = Math.min(_emissionOf(fees), funded);
        if (total < _current.total || total > max) revert TotalOutOfRange(total, _current.total, max);
        uint40 claimableFrom = uint40(block.timestamp) + rootDelayS;
        _pending = Root(root, total, fees, epoch, claimableFrom);
        emit RootPublished(epoch, root, total, claimableFrom);
    }

    function veto() external {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _activate();
        if (_pending.epoch == 0) revert NothingPending();
        emit RootVetoed(_pending.epoch, _pending.root);
        delete _pending;
    }

    function setPublisher(address publisher_) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        if (publisher_ == address(0)) revert ZeroAddress();
        publisher = publisher_;
        emit PublisherSet(publisher_);
    }

    function claim(address account, uint256 amount, uint256 fees, bytes32[] calldata proof) external {
        _activate();
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, amount, fees))));
        if (!MerkleProof.verifyCalldata(proof, _current.root, leaf)) revert WrongProof(account, amount);
        uint256 max = _emissionOf(fees);
        if (amount > max) revert AboveFees(amount, max);
        uint256 paid = claimedOf[account];
        if (amount <= paid) revert NothingToClaim(account);
        uint256 sum = totalClaimed + amount - paid;
        if (sum > _current.total) revert TotalExceeded(sum, _current.total);
        totalClaimed = sum;
        claimedOf[account] = amount;
        emit RewardClaimed(account, amount - paid, amount);
        ITokenVault(vault).giveCredit(account, amount - paid);
    }

    function _activate() private {
        if (_pending.epoch == 0 || block.timestamp < _pending.claimableFrom) return;
        _current = _pending;
        delete _pending;
    }

    function _feesUpTo(uint64 epoch) private view returns (uint256 fees) {
        uint64 first = _current.epoch + 1;
        uint64 last = uint64(Math.min(IFeeRouter(feeRouter).currentEpoch() - 1, first + EPOCHS_AT_A_TIME - 1));
        if (epoch < first || epoch > last) revert WrongEpoch(epoch, first, last);
        for (uint64 e = first; e <= epoch; ++e) {
            fees += IFeeRouter(feeRouter).feesOf(e);
        }
    }

    function _emissionOf(uint256 fees) private view returns (uint256) {
        return fees * emissionBps / Bps.ONE;
    }
}
