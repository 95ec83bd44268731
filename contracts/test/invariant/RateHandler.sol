// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob, IDisputable, Ruling} from "../../src/interfaces/IDisputable.sol";
import {
    IRateBook,
    IRateMarket,
    JobCard,
    JobState,
    Offer,
    Order,
    Payment,
    RateOutcome,
    RateWorld,
    VoucherClaim
} from "../RateWorld.sol";
import {IJobMarket, ISettlement, IStakeManager, ITestDollar, ITokenVault} from "../World.sol";

/// @title Moves of everybody around metered jobs, with bounded inputs, so that none may revert
/// @notice Two providers, one device each; two consumers. The court is an account here.
contract RateHandler is RateWorld {
    uint256 internal constant JOBS_MAX = 30;

    /// @dev `outcome.code` 0: no verdict that can be shown.
    struct Live {
        Metered made;
        Account payer;
        Account device;
        RateOutcome outcome;
        bool wasDisputed; // this outcome
    }

    address[] public accounts; // everybody who may hold credit
    Account[] internal providers;
    Account[] internal providerDevices;
    Account[] internal consumers;
    Live[] internal jobs;

    uint256 public ghostMovesAfterTheEnd; // must stay 0
    uint256 public ghostBadVouchersPaid; // must stay 0
    uint256 public ghostSlashesUnsound; // must stay 0
    /// @notice All that the consumer ever put into a job.
    mapping(uint64 jobId => uint256) public ghostFunded;
    /// @notice The greatest sum that he signed in a voucher.
    mapping(uint64 jobId => uint256) public ghostSigned;
    /// @notice What verdicts moved to the provider when they came.
    mapping(uint64 jobId => uint256) public ghostByVerdictsEver;
    mapping(uint64 jobId => bool) internal ended;
    mapping(bytes32 => uint256) public calls;

    /// @dev What time it is: forge need not keep a warp from one call to the next.
    uint256 internal clock;

    modifier move(bytes32 name) {
        vm.warp(clock);
        calls[name] += 1;
        _;
        _noteEnds();
        clock = vm.getBlockTimestamp();
    }

    constructor() {
        setUp();
        providers.push(provider);
        providerDevices.push(device);
        providers.push(account("provider two"));
        providerDevices.push(account("device two"));
        _addProvider(providers[1].addr, STAKE);
        _addDevice(providers[1].addr, providerDevices[1]);
        consumers.push(consumer);
        consumers.push(account("consumer two"));
        _fundCredit(consumers[1].addr, 1_000e6);
        accounts = [consumer.addr, consumers[1].addr, provider.addr, providers[1].addr, treasury, insurance];
        clock = vm.getBlockTimestamp();
    }

    // --- Money in. ---

    function openSession(uint256 who, uint256 whose, uint256 units) external move("openSession") {
        _begin(who, whose, units, 2);
    }

    function rent(uint256 who, uint256 whose, uint256 units) external move("rent") {
        _begin(who, whose, units, 1);
    }

    function topUp(uint256 which, uint256 units) external move("topUp") {
        (uint256 index, bool found) = _pickRunning(which);
        if (!found) return;
        Metered storage made = jobs[index].made;
        IRateBook.RateView memory now_ = rate.job(made.id);
        uint96 amount = uint96(bound(units, 1, 300)) * UNIT_PRICE;
        if (now_.stopping || vm.getBlockTimestamp() > now_.runUntil) return;
        if (vault.creditOf(made.card.consumer) < amount) return;
        if (!now_.session && stake.freeStakeOf(made.card.provider) < market.lockOf(amount)) return;
        vm.prank(made.card.consumer);
        rate.topUp(made.id, made.card, now_.funded, amount, 0, Payment(0, 0, ""));
        ghostFunded[made.id] += amount;
    }

    // --- Money out. ---

    /// @dev First one that is none, then a good one.
    function voucher(uint256 which, uint256 cumulative, uint256 flaw) external move("voucher") {
        if (jobs.length == 0) return;
        Live storage live = jobs[which % jobs.length];
        uint64 jobId = live.made.id;
        uint96 sum = uint96(bound(cumulative, 1, 2 * ghostFunded[jobId]));
        VoucherClaim[] memory both = new VoucherClaim[](1);
        both[0] = _flawed(live, uint96(bound(cumulative, sum, 3 * ghostFunded[jobId])), flaw);
        uint96 before = rate.job(jobId).paid;
        rate.claimBatch(both);
        if (rate.job(jobId).paid != before) ghostBadVouchersPaid += 1;
        both[0] = _signedBy(live.payer, live.made, sum);
        if (sum > ghostSigned[jobId]) ghostSigned[jobId] = sum;
        rate.claimBatch(both);
    }

    /// @dev Of any job, in whatever state: what does not fit must be skipped.
    function checkpoint(uint256 which, uint256 cumulative, bool sensible) external move("checkpoint") {
        if (jobs.length == 0) return;
        Live storage live = jobs[sensible ? _rentedOne(which) : which % jobs.length];
        if (sensible) skip(bound(cumulative, 0, 200));
        IRateBook.RateView memory before = rate.job(live.made.id);
        uint96 sum = uint96(bound(cumulative, 0, ghostFunded[live.made.id] + 1));
        if (sensible) sum = _earned(live.made, before, cumulative);
        _report(live.made, CHECKPOINT, sum);
        uint96 moved = rate.job(live.made.id).paid - before.paid;
        if (moved == 0) return;
        ghostByVerdictsEver[live.made.id] += moved;
        _noteOutcome(live, CHECKPOINT, moved, moved, sum, false);
    }

    function end(uint256 which, uint256 code, uint256 cumulative, bool sensible) external move("end") {
        if (jobs.length == 0) return;
        Live storage live = jobs[sensible ? _rentedOne(which) : which % jobs.length];
        IRateBook.RateView memory before = rate.job(live.made.id);
        uint8 chosen = uint8(bound(code, 0, 8));
        if (chosen == CHECKPOINT) chosen = FRAUD;
        uint96 sum = uint96(bound(cumulative, 0, ghostFunded[live.made.id] + 1));
        if (sensible) sum = chosen == OK || chosen == PARTIAL ? _earned(live.made, before, cumulative) : 0;
        bool ran = _isRunning(before.state);
        _report(live.made, chosen, sum);
        if (!ran || _isRunning(rate.job(live.made.id).state)) return;
        uint96 pay = rate.job(live.made.id).paid - before.paid;
        ghostByVerdictsEver[live.made.id] += pay;
        _noteOutcome(live, chosen, pay, before.funded - before.paid, sum, true);
    }

    function stop(uint256 which, bool byProvider) external move("stop") {
        (uint256 index, bool found) = _pickRunning(which);
        if (!found) return;
        Metered storage made = jobs[index].made;
        if (!byProvider && rate.job(made.id).stopping) return;
        vm.prank(byProvider ? made.card.provider : made.card.consumer);
        rate.stop(made.id, made.card);
    }

    function close(uint256 which, bool byProvider) external move("close") {
        (uint256 index, bool found) = _pickRunning(which);
        if (found) _closeIfDue(index, byProvider);
    }

    function claim(uint256 who) external move("claim") {
        _claim(accounts[who % accounts.length]);
    }

    function withdraw(uint256 who, uint256 amount) external move("withdraw") {
        address from = accounts[who % accounts.length];
        uint256 credit = vault.creditOf(from);
        if (credit == 0) return;
        vm.prank(from);
        vault.withdraw(from, bound(amount, 1, credit));
    }

    function slash() external move("slash") {
        for (uint256 i = 0; i < jobs.length; ++i) {
            _slashIfDue(i);
        }
    }

    // --- Disputes. ---

    function dispute(uint256 which, uint256 seconds_) external move("dispute") {
        uint256 index = 0;
        while (index < jobs.length && !_mayBeDisputed((which % jobs.length + index) % jobs.length)) ++index;
        if (index == jobs.length) return;
        Live storage live = jobs[(which % jobs.length + index) % jobs.length];
        live.wasDisputed = true;
        uint40 resolveUntil = live.outcome.challengeUntil + uint40(bound(seconds_, 1, 2 days));
        vm.prank(court);
        disputes().openDispute(_shown(live), resolveUntil);
    }

    function rule(uint256 which, uint256 code, uint256 paid, bool upholds) external move("rule") {
        (uint256 index, bool found) = _pick(which, JobState.DISPUTED);
        if (!found) return;
        Live storage live = jobs[index];
        bytes memory shown = _shown(live);
        DisputedJob memory stands = disputes().disputedJob(shown);
        uint8 chosen = uint8(bound(code, 1, 7));
        if (chosen == CHECKPOINT) chosen = FRAUD;
        uint96 price = live.outcome.price;
        uint96 pay = chosen == OK ? price : chosen == PARTIAL ? uint96(bound(paid, 0, price - 1)) : 0;
        if (upholds) (chosen, pay) = (stands.code, stands.paid);
        vm.prank(court);
        disputes().resolveDispute(shown, Ruling(chosen, pay, address(0), 0));
        if (chosen == stands.code && pay == stands.paid) return;
        (live.outcome.code, live.outcome.paid, live.outcome.last) = (chosen, pay, true);
        live.outcome.challengeUntil = _now() - 1;
    }

    function expireDispute(uint256 which, bool late) external move("expireDispute") {
        (uint256 index, bool found) = _pick(which, JobState.DISPUTED);
        if (!found || !late) return;
        skip(3 days);
        vm.prank(stranger.addr);
        disputes().expireDispute(_shown(jobs[index]));
    }

    function pass(uint256 seconds_) external move("pass") {
        skip(bound(seconds_, 1, 400));
    }

    /// @dev A challenge window.
    function passWindow() external move("passWindow") {
        skip(601);
    }

    // --- For the invariants. ---

    function jobCount() external view returns (uint256) {
        return jobs.length;
    }

    function jobAt(uint256 index) external view returns (uint64 id, JobCard memory card, RateOutcome memory outcome) {
        return (jobs[index].made.id, jobs[index].made.card, jobs[index].outcome);
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    function providerAt(uint256 index) external view returns (address) {
        return providers[index].addr;
    }

    function contracts()
        external
        view
        returns (ITestDollar, ITokenVault, IStakeManager, IJobMarket, ISettlement, IRateMarket, address)
    {
        return (dollar, vault, stake, market, settlement, rate, court);
    }

    /// @notice Lets all time pass, and brings about every default and every claim, as a stranger.
    function endEverything() external {
        vm.warp(clock + 60 days);
        for (uint256 i = 0; i < jobs.length; ++i) {
            if (rate.job(jobs[i].made.id).state == JobState.DISPUTED) disputes().expireDispute(_shown(jobs[i]));
            if (_isRunning(rate.job(jobs[i].made.id).state)) _closeIfDue(i, false);
            _slashIfDue(i);
        }
        vm.warp(clock + 61 days); // what a dispute held back waits once more
        for (uint256 i = 0; i < accounts.length; ++i) {
            _claim(accounts[i]);
        }
        _noteEnds();
    }

    function disputes() internal view returns (IDisputable) {
        return IDisputable(address(settlement));
    }

    function _begin(uint256 who, uint256 whose, uint256 units, uint8 unit) private {
        if (jobs.length == JOBS_MAX) return;
        Account memory payer = consumers[who % 2];
        Account memory key = providerDevices[whose % 2];
        Order memory order = _unitOrder();
        order.consumer = payer.addr;
        order.amount = uint96(bound(units, 10, 1_000)) * UNIT_PRICE;
        (, uint32 active,) = rate.deviceOf(key.addr);
        if (active >= 8 || vault.creditOf(payer.addr) < order.amount) return;
        if (unit == 1 && stake.freeStakeOf(providers[whose % 2].addr) < market.lockOf(order.amount) + SPARE) return;
        Offer memory offer = _unitOffer(unit);
        offer.device = key.addr;
        Metered memory made = _metered(order, offer);
        bytes memory accepted = _acceptOf(made, key);
        Payment memory payment = Payment(0, 0, signature(payer.key, rate.hashOrder(order)));
        vm.prank(matcher.addr);
        rate.open(order, payment, offer, "input", accepted);
        cards[made.id] = made.card;
        ghostFunded[made.id] = order.amount;
        RateOutcome memory none;
        jobs.push(Live(made, payer, key, none, false));
    }

    function _signedBy(Account memory payer, Metered memory made, uint96 sum)
        private
        view
        returns (VoucherClaim memory)
    {
        bytes32 digest = rate.hashVoucher(made.id, made.card.provider, sum);
        return VoucherClaim(made.id, made.card, sum, signature(payer.key, digest));
    }

    /// @dev Signed by another, for another acceptor, with another sum, or shown with another card.
    function _flawed(Live storage live, uint96 sum, uint256 flaw) private view returns (VoucherClaim memory bad) {
        bad = _signedBy(live.payer, live.made, sum);
        if (flaw % 4 == 0) bad = _signedBy(live.device, live.made, sum);
        else if (flaw % 4 == 1) bad.card.provider = stranger.addr;
        else if (flaw % 4 == 2) bad.cumulative = sum + 1;
        else bad.card.amount += 1;
    }

    /// @dev At most what time and money allow, and no less than what was paid.
    function _earned(Metered memory made, IRateBook.RateView memory shown, uint256 seed) private view returns (uint96) {
        uint256 until = vm.getBlockTimestamp() < shown.runUntil ? vm.getBlockTimestamp() : shown.runUntil;
        uint256 worth = (until - shown.startedAt) * made.card.amount;
        if (worth > shown.funded) worth = shown.funded;
        return uint96(worth <= shown.paid ? shown.paid : bound(seed, shown.paid, worth));
    }

    function _noteOutcome(Live storage live, uint8 code, uint96 paid, uint96 price, uint96 sum, bool last) private {
        uint40 until = _now() + market.challengeWindowOf(price);
        live.outcome = _rateOutcome(code, paid, price, sum, until, last);
        live.wasDisputed = false;
    }

    function _shown(Live storage live) private view returns (bytes memory) {
        return abi.encode(live.made.id, live.made.card, live.outcome);
    }

    function _closeIfDue(uint256 index, bool byProvider) private {
        Metered storage made = jobs[index].made;
        IRateBook.RateView memory shown = rate.job(made.id);
        bool free = byProvider && shown.session;
        if (!free && vm.getBlockTimestamp() <= shown.closesAt) return;
        vm.prank(byProvider ? made.card.provider : stranger.addr);
        _close(made);
    }

    function _slashIfDue(uint256 index) private {
        Live storage live = jobs[index];
        IRateBook.RateView memory shown = rate.job(live.made.id);
        if (live.outcome.code != FRAUD || shown.state != JobState.FINAL || shown.locked == 0) return;
        address owner = live.made.card.provider;
        (uint96 before, uint96 lockedBefore,,) = stake.stakeOf(owner);
        settlement.slashMetered(_shown(live));
        (uint96 afterwards, uint96 lockedAfter,,) = stake.stakeOf(owner);
        uint256 most = uint256(live.outcome.price) * params().slashBps / 10_000 + 1;
        bool sound = before - afterwards <= most && lockedAfter == lockedBefore - shown.locked
            && lockedAfter <= afterwards && rate.job(live.made.id).locked == 0;
        if (!sound) ghostSlashesUnsound += 1;
    }

    /// @dev An end is for ever; a verdict's own dispute is none of it.
    function _noteEnds() private {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint64 jobId = jobs[i].made.id;
            JobState state = rate.job(jobId).state;
            bool over = state == JobState.REFUNDED || state == JobState.FINAL;
            if (ended[jobId] && !over) ghostMovesAfterTheEnd += 1;
            if (over) ended[jobId] = true;
        }
    }

    /// @dev A RATE job that runs, or any where there is none.
    function _rentedOne(uint256 seed) private view returns (uint256 index) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            index = (seed % jobs.length + i) % jobs.length;
            IRateBook.RateView memory shown = rate.job(jobs[index].made.id);
            if (_isRunning(shown.state) && !shown.session) return index;
        }
    }

    function _mayBeDisputed(uint256 index) private view returns (bool) {
        Live storage live = jobs[index];
        if (live.outcome.code == 0 || live.wasDisputed || live.outcome.price == 0) return false;
        JobState state = rate.job(live.made.id).state;
        return (state == JobState.CHECKPOINTED || state == JobState.REPORTED)
            && vm.getBlockTimestamp() <= live.outcome.challengeUntil;
    }

    function _isRunning(JobState state) private pure returns (bool) {
        return state == JobState.RUNNING || state == JobState.CHECKPOINTED;
    }

    function _pickRunning(uint256 seed) private view returns (uint256, bool) {
        (uint256 index, bool found) = _pick(seed, JobState.RUNNING);
        return found ? (index, true) : _pick(seed, JobState.CHECKPOINTED);
    }

    function _pick(uint256 seed, JobState want) private view returns (uint256, bool) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint256 index = (seed % jobs.length + i) % jobs.length;
            if (rate.job(jobs[index].made.id).state == want) return (index, true);
        }
        return (0, false);
    }
}
