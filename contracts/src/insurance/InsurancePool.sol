// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../interfaces/AssayTypes.sol";
import {CoverState, IInsurancePool, IJobStates} from "../interfaces/IInsurancePool.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title InsurancePool: documented on its interface, IInsurancePool
contract InsurancePool is IInsurancePool {
    struct Cover {
        uint96 premium;
        uint96 limit;
        uint40 until;
        CoverState state;
        uint96 contributed;
    }

    address public immutable vault;
    address public immutable stake;
    address public immutable governor;
    address public immutable market;
    address public immutable rateMarket;
    address public immutable settlement;
    uint32 public immutable termS;

    uint256 public reserved;
    mapping(uint64 jobId => mapping(address buyer => Cover)) private _covers;

    constructor(
        address vault_,
        address stake_,
        address governor_,
        address market_,
        address rateMarket_,
        address settlement_,
        uint32 termS_
    ) {
        if (
            vault_ == address(0) || stake_ == address(0) || governor_ == address(0) || market_ == address(0)
                || settlement_ == address(0)
        ) revert ZeroAddress();
        vault = vault_;
        stake = stake_;
        governor = governor_;
        market = market_;
        rateMarket = rateMarket_;
        settlement = settlement_;
        termS = termS_;
    }

    function coverOf(uint64 jobId, address buyer)
        external
        view
        returns (CoverState state, uint96 premium, uint96 limit, uint96 contributed, uint40 until)
    {
        Cover memory cover = _covers[jobId][buyer];
        return (cover.state, cover.premium, cover.limit, cover.contributed, cover.until);
    }

    function buy(uint64 jobId, uint96 premium, uint96 limit) external {
        if (premium == 0) revert ZeroAmount();
        if (limit < premium) revert LimitTooSmall(limit, premium);
        Cover storage cover = _at(jobId, msg.sender, CoverState.NONE);
        JobState state = _stateOf(jobId);
        if (state != JobState.NONE && state != JobState.FUNDED && state != JobState.ASSIGNED) {
            revert WrongJobState(jobId, uint8(state));
        }
        uint40 until = uint40(block.timestamp) + termS;
        (cover.premium, cover.limit, cover.until, cover.state) = (premium, limit, until, CoverState.ACTIVE);
        reserved += premium;
        emit CoverBought(jobId, msg.sender, premium, limit, until);
        ITokenVault(vault).takeCredit(msg.sender, premium);
    }

    function takeBack(uint64 jobId) external {
        Cover storage cover = _at(jobId, msg.sender, CoverState.ACTIVE);
        JobState state = _stateOf(jobId);
        bool accepted = state != JobState.NONE && state != JobState.FUNDED && state != JobState.ASSIGNED
            && state != JobState.EXPIRED && state != JobState.CANCELLED;
        if (accepted) revert WrongJobState(jobId, uint8(state));
        cover.state = CoverState.CLOSED;
        reserved -= cover.premium;
        emit CoverClosed(jobId, msg.sender, cover.premium);
        ITokenVault(vault).giveCredit(msg.sender, cover.premium);
    }

    function noteFault(uint64 jobId, address consumer, uint96 contributed) external {
        if (msg.sender != settlement && msg.sender != market && (msg.sender != rateMarket || rateMarket == address(0)))
        {
            revert NotReporter(msg.sender);
        }
        Cover storage cover = _covers[jobId][consumer];
        // One fault may take twice: the rest of a metered job's lock, and the slash for its verdict.
        if (cover.state != CoverState.ACTIVE && cover.state != CoverState.FAULTED) return;
        cover.state = CoverState.FAULTED;
        cover.contributed += contributed;
        reserved += contributed;
        emit FaultNoted(jobId, consumer, contributed);
    }

    function pay(uint64 jobId, address buyer) external returns (uint96 amount) {
        Cover storage cover = _at(jobId, buyer, CoverState.FAULTED);
        uint256 sum = uint256(cover.premium) + cover.contributed;
        amount = uint96(Math.min(cover.limit, sum));
        cover.state = CoverState.PAID;
        reserved -= sum;
        emit CoverPaid(jobId, buyer, amount);
        _gather(amount);
        ITokenVault(vault).giveCredit(buyer, amount);
    }

    function close(uint64 jobId, address buyer) external {
        Cover storage cover = _at(jobId, buyer, CoverState.ACTIVE);
        if (block.timestamp <= cover.until) revert TermNotOver(block.timestamp, cover.until);
        cover.state = CoverState.CLOSED;
        reserved -= cover.premium;
        emit CoverClosed(jobId, buyer, 0);
    }

    function burnSurplus() external returns (uint256 amount) {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _gather(type(uint256).max);
        uint256 held = ITokenVault(vault).ledgerOf(address(this));
        if (held <= reserved) revert NothingToBurn();
        amount = held - reserved;
        emit SurplusBurned(amount);
        ITokenVault(vault).burn(amount);
    }

    /// @dev What slashes and fees credited becomes this module's ledger; what slashes still hold is fetched if needed.
    function _gather(uint256 want) private {
        uint256 held = ITokenVault(vault).ledgerOf(address(this));
        if (held >= want) return;
        (, uint128 waiting) = IStakeManager(stake).slashedNotFlushed();
        if (waiting > 0) IStakeManager(stake).flushSlashed();
        uint256 credit = ITokenVault(vault).creditOf(address(this));
        if (credit > 0) ITokenVault(vault).takeCredit(address(this), credit);
    }

    function _at(uint64 jobId, address buyer, CoverState want) private view returns (Cover storage cover) {
        cover = _covers[jobId][buyer];
        if (cover.state != want) revert WrongCoverState(jobId, buyer, cover.state, want);
    }

    function _stateOf(uint64 jobId) private view returns (JobState) {
        bool rate = rateMarket != address(0) && jobId >> 63 == 1;
        return IJobStates(rate ? rateMarket : market).job(jobId);
    }
}
